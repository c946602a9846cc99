"""The phones of the scenarios, and what people can do with them."""

from __future__ import annotations

import asyncio
import functools
import threading
import time
from collections.abc import Coroutine
from contextlib import ExitStack, suppress
from typing import Any

from tests.asterisk_bed import Asterisk, Phone, PhoneTimeout
from tests.asterisk_bed.phone_process import Telephone

SETTLE_SECONDS = 0.5


class TransferringPhone:
    """A phone in this process, of which there can be one, that does what Phone does not: pass calls on."""

    def __init__(self, number: str, server: str) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._server = server
        self._phone = self._do(self._make())
        account = {"user": number, "domain": server, "password": f"secret of {number}", "transport": "udp"}
        self._do(self._phone.open({**account, "reg_interval": 600}))

    def log_in(self) -> None:
        self._do(self._phone.register(5))

    def take(self) -> None:
        self._do(self._phone.wait_incoming(5))
        self._do(self._phone.answer())
        self._do(self._phone.wait_established(5))

    def call(self, number: str) -> None:
        self._do(self._phone.dial(f"sip:{number}@{self._server}"))

    def established(self) -> None:
        self._do(self._phone.wait_established(5))

    def pass_on(self, number: str) -> None:
        """Blind: does not wait whether anybody answers."""
        transfer = self._phone._call.transfer(f"sip:{number}@{self._server}")
        asyncio.run_coroutine_threadsafe(transfer, self._loop)

    def hold(self) -> None:
        self._held = self._phone._call
        self._do(self._held.hold())

    def join(self) -> None:
        """Connect the one on hold with the one called since, and leave."""
        self._do(self._held.attended_transfer(self._phone._call))

    def close(self) -> None:
        self._do(self._phone.close())
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _make(self) -> Telephone:
        return Telephone()

    def _do(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(60)


class Office:
    """The phones of the scenarios; those asked for by number log in once and stay."""

    def __init__(self, asterisk: Asterisk, closing: ExitStack) -> None:
        self.asterisk = asterisk
        self._closing = closing
        self._phones: dict[str, Phone] = {}

    @functools.cached_property
    def trent(self) -> TransferringPhone:
        phone = TransferringPhone("109", self.asterisk.sip_domain)
        self._closing.callback(phone.close)
        return phone

    def open(self) -> None:
        """Have all phones there that only make calls, and what the console needs to make some."""
        for number in ("101", "102", "103", "104", "900"):
            _ = self[number]
        self.trent.log_in()
        self.asterisk.cli("module load res_clioriginate.so")

    def __getitem__(self, number: str) -> Phone:
        if number not in self._phones:
            self._phones[number] = self.stranger(number)
            self._phones[number].register()
        return self._phones[number]

    def stranger(self, number: str, secret: str = "", **more: Any) -> Phone:
        """A phone of its own."""
        phone = Phone(number, secret or f"secret of {number}", self.asterisk.sip_domain, **more)
        self._closing.callback(phone.close)
        return phone

    def connect(self, caller: str, number: str, callee: str, rings: float = 0.0) -> None:
        self[caller].dial(number)
        self.take(callee, rings)
        self[caller].wait_established()

    def take(self, callee: str, rings: float = 0.0) -> None:
        self[callee].wait_incoming()
        time.sleep(rings)
        self[callee].answer()
        self[callee].wait_established()

    def leave(self, first: str, second: str) -> None:
        self[first].hangup()
        self[second].wait_ended()

    def settle(self) -> None:
        """Let the last messages come, and forget calls that phones have missed."""
        time.sleep(SETTLE_SECONDS)
        for phone in self._phones.values():
            with suppress(PhoneTimeout):
                while phone.wait_incoming(timeout=0.05):
                    pass
