"""Real phones: they log in, call each other, are called, and go; each writes down what it did."""

from __future__ import annotations

import random
import threading
from contextlib import suppress

from tests.asterisk_bed import Phone, PhoneError
from tests.soak.record import Record

NUMBERS = ("400", "401", "402", "403")
REREGISTER_SECONDS = 60


class Desk:
    """Two extensions whose phones come, call each other, and go, again and again."""

    def __init__(
        self, numbers: tuple[str, str], secrets: dict[str, str], server: str, record: Record, seed: int
    ) -> None:
        self._numbers, self._secrets, self._server, self._record = numbers, secrets, server, record
        self._random = random.Random(seed)  # noqa: S311 (no secret)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"desk-{numbers[0]}")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(60)

    def _run(self) -> None:
        while not self._stop.is_set():
            phones = [phone for number in self._numbers if (phone := self._come(number))]
            if len(phones) == 2:
                for _ in range(self._random.randint(1, 4)):
                    self._pause(1, 6)
                    self._call(*self._random.sample(phones, 2))
            for phone in phones:
                self._go(phone)
            self._pause(2, 10)

    def _pause(self, shortest: float, longest: float) -> None:
        self._stop.wait(self._random.uniform(shortest, longest))

    def _come(self, number: str) -> Phone | None:
        try:
            phone = Phone(number, self._secrets[number], self._server, reregister=REREGISTER_SECONDS)
        except PhoneError as error:
            self._record.note("phone", number=number, did="could not start", error=str(error))
            return None
        asked = self._record.note("phone", number=number, did="asks to register", pid=phone.pid)["at"]
        try:
            phone.register(timeout=15)
        except PhoneError as error:
            self._record.note("phone", number=number, did="was not registered", asked=asked, error=str(error))
            phone.kill()
            return None
        self._record.note("phone", number=number, did="registered", asked=asked, pid=phone.pid)
        return phone

    def _go(self, phone: Phone) -> None:
        """Log out, or lose power."""
        if self._random.random() < 0.2:
            phone.kill()
            self._record.note("phone", number=phone.number, did="lost power", pid=phone.pid)
            return
        try:
            phone.unregister(timeout=10)
            did = "logged out"
        except PhoneError:
            did = "was not heard logging out"
        self._record.note("phone", number=phone.number, did=did, pid=phone.pid)
        phone.kill()

    def _call(self, caller: Phone, called: Phone) -> None:
        """One call as the two of them see it."""
        begun = self._record.note("phone", number=caller.number, did="dials", called=called.number)["at"]
        times = {"begun": begun, "answered": 0.0, "ended": 0.0}
        with suppress(PhoneError):
            caller.dial(called.number)
            called.wait_incoming(timeout=15)
            called.answer()
            caller.wait_established(timeout=10)
            times["answered"] = self._record.note("phone", number=called.number, did="answered")["at"]
            self._pause(0.5, 3)
        with suppress(PhoneError):
            caller.hangup()
            caller.wait_ended(timeout=15)
            times["ended"] = self._record.note("phone", number=caller.number, did="hung up")["at"]
        with suppress(PhoneError):
            called.hangup()
        self._record.note(
            "call",
            id=f"phone-{caller.number}-{begun}",
            caller=caller.number,
            called=called.number,
            how="phones",
            **times,
        )
