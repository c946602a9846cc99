"""A bed for alerts as a whole: a real Asterisk, real phones, `flask listen`."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any, TypeVar

import pytest

from models.encryption import generate_secret
from tests.asterisk_bed import Asterisk, Phone
from tests.server import Switchhook
from tests.slack_stand_in import ApiCall, SlackStandIn, as_text
from tests.waiting import wait_for

CHANNEL = "C0PHONES"
T = TypeVar("T")
ENDED = "📞 Call ended: PJSIP/102-00000001 - Normal Clearing"  # stands below who called whom


class AlertingBed:
    """Alice at 101 and Bob at 102, with their phones, and what listens to them; no web process unless a test starts it."""

    def __init__(
        self, asterisk: Asterisk, slack: SlackStandIn, switchhook: Switchhook, database: str, stack: ExitStack
    ) -> None:
        self.asterisk, self.slack, self.switchhook = asterisk, slack, switchhook
        self._database = database
        self._stack = stack
        self._secrets = {"101": self._create("101", "Alice"), "102": self._create("102", "Bob")}

    def _create(self, number: str, name: str) -> str:
        """Return the secret."""
        secret = generate_secret().get_secret_value()
        created = self.switchhook.flask("ext", "create", number, f"--name={name}", f"--secret={secret}")
        assert created.returncode == 0, created.stdout + created.stderr
        return secret

    def listen(self) -> subprocess.Popen[bytes]:
        """Starts a listener; returns when it listens."""
        begun = self.listening()
        process = self.switchhook.listen()
        self.wait_for(lambda: self.listening() > begun)
        return process

    def listening(self) -> int:
        """How often a listener has begun to listen."""
        return self.switchhook.log_text().count('"message": "listening"')

    def phone(self, number: str, reregister: int = 600) -> Phone:
        """Registered."""
        secret = self._secrets[number]
        phone = self._stack.enter_context(
            Phone(number, secret, self.asterisk.sip_domain, reregister=reregister)
        )
        phone.register()
        return phone

    def call(self, caller: Phone, callee: Phone) -> None:
        """Answered, and hung up by the caller."""
        self.begin_call(caller, callee)
        caller.hangup()
        callee.wait_ended()

    def begin_call(self, caller: Phone, callee: Phone) -> None:
        caller.dial(callee.number)
        callee.wait_incoming()
        callee.answer()
        caller.wait_established()

    def events(self) -> list[dict[str, Any]]:
        """Every stored row, without what is empty and counts of one."""
        with closing(sqlite3.connect(self._database)) as database:
            database.row_factory = sqlite3.Row
            rows = [dict(row) for row in database.execute("SELECT * FROM event ORDER BY id")]
        empty = {"count": ("", None, 0, 1)}
        return [
            {name: row[name] for name in row if row[name] not in empty.get(name, ("", None, 0))}
            for row in rows
        ]

    def facts(self) -> list[tuple[str, str]]:
        return [(row["kind"], row["number"]) for row in self.events()]

    def wait_for(self, look: Callable[[], T]) -> T:
        return wait_for(look, lambda: f"{self.events()}\n{self.seen()}\n{self.switchhook.log_text()[-5000:]}")

    def wait_for_events(self, count: int) -> list[dict[str, Any]]:
        return self.wait_for(lambda: self.events() if len(self.events()) >= count else [])

    def seen(self) -> list[str]:
        """The messages in the channel, as people see them."""
        return [as_text(message) for message in self.slack.messages(CHANNEL)]

    def wait_for_message(self, text: str) -> None:
        self.wait_for(lambda: any(text in message for message in self.seen()))

    def chats(self) -> list[ApiCall]:
        return [call for call in self.slack.calls if call.method.startswith(("chat.", "conversations."))]


@pytest.fixture
def bed(asterisk: Asterisk, slack: SlackStandIn, database_url: str) -> Iterator[AlertingBed]:
    more = {"ALERT_CHANNEL": CHANNEL, "ALERT_INTERVAL": "0.2"}
    with ExitStack() as stack:
        switchhook = Switchhook(asterisk, slack, database_url, more)
        stack.callback(switchhook.close)
        yield AlertingBed(asterisk, slack, switchhook, database_url.removeprefix("sqlite:///"), stack)
