"""A bed for “On a call” as Slack status: Alice at 101 connects hers, and talks to Bob at 102."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from typing import Any

import pytest
import requests

from tests.alerting_bed import AlertingBed
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.process import end
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser

ALICE, BOB = "U0ALICE01", "U0BOB0001"
PUBLIC_URL = (
    "https://phones.example.com"  # stands in the links; the browser of these tests goes to the web process
)
OURS = {"status_text": "On a call", "status_emoji": ":telephone_receiver:"}


def environment(slack: SlackStandIn) -> dict[str, str]:
    """What lets people connect."""
    return {
        "PUBLIC_URL": PUBLIC_URL,
        "SLACK_CLIENT_ID": slack.oauth.client_id,
        "SLACK_CLIENT_SECRET": slack.oauth.client_secret,
    }


def link_in(reply: Mapping[str, Any]) -> str:
    """The link of the reply's button."""
    return next(
        str(element["url"])
        for block in reply["blocks"]
        for element in block.get("elements", [])
        if "url" in element
    )


def visit(url: str, app_url: str) -> requests.Response:
    """What a browser does with the link: Slack's page, answered there, and where that sends it."""
    with requests.Session() as browser:
        browser.trust_env = False
        asked = browser.get(url, allow_redirects=False, timeout=60)
        assert asked.status_code == 302, asked.text
        back = asked.headers["Location"].replace(PUBLIC_URL, app_url, 1)
        return browser.get(back, timeout=60)


class StatusBed(AlertingBed):
    """Both extensions are of people in Slack."""

    def begin(self, stack: ExitStack) -> None:
        """Start a listener; the stack ends what a test starts."""
        self._stack = stack
        self.first = self.listen()

    def listen(self) -> subprocess.Popen[bytes]:
        process = super().listen()
        self._stack.callback(end, process)
        return process

    def stand_by(self) -> None:
        """Start one more listener, which waits for the lease."""
        self._stack.callback(end, self.switchhook.listen())

    def assign(self) -> None:
        """Give 101 to Alice and 102 to Bob."""
        with closing(sqlite3.connect(self._database)) as database, database:
            for user_id, number in ((ALICE, "101"), (BOB, "102")):
                database.execute("UPDATE extension SET slack_user_id = ? WHERE number = ?", (user_id, number))

    def connect(self, user_id: str = ALICE) -> requests.Response:
        """What the page says in the end. The web process runs."""
        self.slack.oauth.signed_in = user_id
        user = SlackUser(self.slack, self.switchhook.url, user_id=user_id, user_name=user_id.lower())
        reply = user.replies(user.command("/ext", "mystatus connect"))[0]
        return visit(link_in(reply), self.switchhook.url)

    def status(self, user_id: str = ALICE) -> dict[str, Any]:
        return self.slack.oauth.status(user_id)

    def words(self, user_id: str = ALICE) -> str:
        return str(self.status(user_id)["status_text"])

    def wait_for_status(self, text: str, user_id: str = ALICE) -> None:
        self.wait_for(lambda: self.words(user_id) == text)

    def rows(self) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self._database)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute("SELECT * FROM status_connection")]

    def wait_for_row(self, look: Callable[[dict[str, Any]], bool]) -> None:
        self.wait_for(lambda: any(look(row) for row in self.rows()))


@pytest.fixture(scope="module")
def shared(asterisk: Asterisk, slack: SlackStandIn, database_url: str) -> Iterator[StatusBed]:
    """One web process for all tests of a file, and Alice is connected."""
    more = {"ALERT_CHANNEL": "C0PHONES", "ALERT_INTERVAL": "0.2", **environment(slack)}
    with ExitStack() as stack:
        switchhook = Switchhook(asterisk, slack, database_url, more)
        stack.callback(switchhook.close)
        running = StatusBed(asterisk, slack, switchhook, database_url.removeprefix("sqlite:///"), stack)
        running.assign()
        switchhook.start()
        yield running


@pytest.fixture
def bed(shared: StatusBed) -> Iterator[StatusBed]:
    """A listener, and nobody's status; phones and listeners of the test are gone after it."""
    shared.slack.oauth.statuses.clear()
    with ExitStack() as stack:
        shared.begin(stack)
        yield shared
