"""A deploy: the version before and this one on one database and one Asterisk, while people go on with what they do."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import older_version
from tests.asterisk_bed import Asterisk
from tests.older_version import OlderSwitchhook
from tests.server import Switchhook
from tests.slack_stand_in import Acknowledgement, SlackStandIn, SlackUser, as_text
from tests.slash_commands import BUSY, TRIES
from tests.waiting import SECONDS, wait_for

CHANNEL = "C0PHONES"
ADMINS = 3  # who type at the same time
FIRST_NUMBER = 300


class Deployment:
    """`before` and `after` on one database, which has the tables of the version before until migrate() is called."""

    def __init__(self, asterisk: Asterisk, slack: SlackStandIn, folder: Path) -> None:
        self.database_url = f"sqlite:///{folder / 'deployed.db'}"
        self.project = older_version.unpack(folder / "before")
        assert older_version.upgrade(self.project, self.database_url).returncode == 0
        more = {"ALERT_CHANNEL": CHANNEL, "ALERT_INTERVAL": "0.1"}
        self.before = OlderSwitchhook(asterisk, slack, self.database_url, more)
        self.before.project = self.project
        self.after = Switchhook(asterisk, slack, self.database_url, more)
        self.slack = slack
        self.front: Switchhook = self.before  # who gets what is sent
        self._changed = threading.Condition()
        self._sent_to: list[Switchhook] = []  # who has not acknowledged yet what was sent

    def admin(self) -> SlackUser:
        """Of whichever web process is in front now."""
        return SlackUser(self.slack, self.front.url, user_id=self.front.admin_id)

    def command(self, text: str) -> tuple[SlackUser, Acknowledgement]:
        """An admin types `/ext <text>`, which goes to whichever web process is in front then."""
        with self._changed:
            admin, front = self.admin(), self.front
            self._sent_to.append(front)
        try:
            return admin, admin.command("/ext", text)
        finally:
            with self._changed:
                self._sent_to.remove(front)
                self._changed.notify_all()

    def put_in_front(self, web: Switchhook) -> None:
        """From now on it gets what is sent; the others have acknowledged all that went to them."""
        with self._changed:
            self.front = web
            assert self._changed.wait_for(lambda: set(self._sent_to) <= {web}, SECONDS)

    def migrate(self) -> None:
        done = older_version.upgrade(Path(Switchhook.project), self.database_url)
        assert done.returncode == 0, done.stderr

    def seen(self) -> list[str]:
        """The messages in the channel, as people see them."""
        return [as_text(message) for message in self.slack.messages(CHANNEL)]

    def wait_for_message(self, text: str) -> None:
        wait_for(
            lambda: any(text in each for each in self.seen()),
            lambda: f"{text}\n{self.seen()}\n{self.before.log_text()}\n{self.after.log_text()}"[-9000:],
        )

    def close(self) -> None:
        self.before.close()
        self.after.close()


class Load:
    """Admins who make an extension, name it anew and make the next one, until they are to stop."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._numbers = itertools.count(FIRST_NUMBER)
        self._stop = threading.Event()
        self._sent: list[tuple[str, SlackUser, Acknowledgement]] = []
        self.names: dict[str, str] = {}  # by number, as it was last asked for

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Raises what went wrong for any of them."""
        with ThreadPoolExecutor(ADMINS) as people:
            working = [people.submit(self._work) for _ in range(ADMINS)]
            try:
                yield
            finally:
                self._stop.set()
        for each in working:
            each.result()

    def go_on(self, commands: int) -> None:
        """Wait until so many more are answered."""
        wanted = len(self._sent) + commands
        wait_for(lambda: len(self._sent) >= wanted)

    def _work(self) -> None:
        while not self._stop.is_set():
            number = str(next(self._numbers))
            self._say(f"create {number} Person {number}")
            self._say(f"set {number} name=Somebody_{number}")
            self.names[number] = f"Somebody_{number}"

    def _say(self, text: str) -> None:
        for _ in range(TRIES):
            admin, acknowledgement = self._deployment.command(text)
            assert acknowledgement.status == 200, text
            if not BUSY.search(as_text(admin.replies(acknowledgement)[0])):
                break
        self._sent.append((text, admin, acknowledgement))

    def answers(self) -> dict[str, list[dict[str, Any]]]:
        """All that was answered, by what was typed."""
        return {text: admin.replies(each, n=0) for text, admin, each in self._sent}
