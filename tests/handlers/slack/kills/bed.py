"""Requests of Slack's to a web process that is killed at one of their steps, and what is left of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy

from pbx.services import Services
from tests.server import PROJECT, settings_in
from tests.slack_stand_in import Acknowledgement, SlackStandIn, SlackUser, as_text, sign
from tests.slack_stand_in.records import Json
from tests.slack_stand_in.transports import FORM

NO_KILL = -1
# Tables of how a request is handled, and not of what it does
HANDLING = {
    "open_home",
    "slack_request",
    "inbox_request",
    "inbox_answer",
    "lease",
    "alembic_version",
    "installation",
    "sqlite_sequence",
}
ANSWER = "answer:"  # begins the subject of an answer that goes by the outbox, as the poster is to send it
VOLATILE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.+]+|[0-9]{10}(\.[0-9]+)?|[\w.=-]{24,}|(?<=-)[0-9a-f]{8}(?=\")"
)
PASSWORD = re.compile(r"^(Password +)\S+", re.MULTILINE)
TIME = re.compile(r"\b\d\d:\d\d\b")


@dataclass
class Bed:
    """A database as it is before a request, the process that takes it, and Slack.

    `kill_at`: the step of the request behind now() at which its process is killed.
    """

    slack: SlackStandIn
    database: Path
    environment: Mapping[str, str]
    kill_at: int = NO_KILL
    steps: list[str] = field(default_factory=list)  # of the last run that was not killed
    acknowledged: int = 0  # the status of the last acknowledgement; 0: none

    def __post_init__(self) -> None:
        self._last = NO_KILL
        self._is_running = False
        self.services = Services.of(settings_in(self.environment))
        self._victim = subprocess.Popen(
            [sys.executable, "-m", "tests.handlers.slack.kills.victim"],
            cwd=PROJECT,
            env={**os.environ, **self.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def empty(self) -> Path:
        """Where the database of before all is kept."""
        return self.database.with_suffix(".empty")

    def close(self) -> None:
        self._victim.communicate(timeout=60)
        self.services.database.close()

    def user(self, user_id: str, name: str = "alice") -> KilledUser:
        return KilledUser(self, user_id, name)

    def now(self) -> None:
        """Have the next request be the one whose process is killed."""
        self._last = self.kill_at

    def restore(self, saved: Path) -> None:
        """Have the database of a file again."""
        self.finish()
        self.services.database.close()
        for each in self.database.parent.glob(f"{self.database.name}-*"):
            each.unlink()
        shutil.copy(saved, self.database)

    def save(self, path: Path) -> None:
        """Keep the database as it is now in a file."""
        self.finish()
        with closing(self.services.database.engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.database, path)

    def send(self, body: str, content_type: str, headers: Mapping[str, str]) -> tuple[int, str]:
        """Give the process a request, and return its acknowledgement as soon as it comes; 0: none."""
        last, self._last = self._last, NO_KILL
        request = {"data": body, "content_type": content_type, "headers": dict(headers)}
        self._begin({"request": request, "last": last})
        told = self._told()
        self.acknowledged = told.get("status", 0)
        return self.acknowledged, told.get("body", "")

    def resume(self) -> None:
        """Another process carries on with what was left."""
        self._begin({"last": NO_KILL})
        self.finish()

    def finish(self) -> None:
        """Wait until the process of the last request has ended."""
        while self._is_running:
            self.steps = self._told().get("steps", self.steps)

    def _begin(self, task: Json) -> None:
        self.finish()
        assert self._victim.stdin
        self._victim.stdin.write(json.dumps(task) + "\n")
        self._victim.stdin.flush()
        self._is_running = True

    def _told(self) -> Json:
        """Return what the process tells next; nothing of an acknowledgement: it has ended."""
        assert self._victim.stdout
        told: Json = json.loads(self._victim.stdout.readline())
        if "exit" in told:
            self._is_running = False
            assert told["exit"] in (0, -9), "it failed: see what it wrote to standard error"
        return told

    def rows(self) -> list[str]:
        """Return all that the database has, as far as two runs of the same request have the same."""
        self.finish()
        engine = self.services.database.engine
        tables = sqlalchemy.MetaData()
        tables.reflect(engine)
        with engine.connect() as connection:
            return [
                f"{table.name} {_plain(dict(row))}"
                for table in tables.sorted_tables
                if table.name not in HANDLING
                for row in connection.execute(table.select()).mappings()
                if not str(row.get("subject", "")).startswith(ANSWER)
            ]

    def said(self) -> list[str]:
        """Return what was said in Slack since forget(), as people see it, but for passwords and times of day."""
        self.finish()
        shown = [
            as_text(call.arguments["body"]) for call in self.slack.called("response_url") if not call.error
        ]
        posted = [as_text(call.arguments) for call in self.slack.called("chat.postMessage") if not call.error]
        windows = [as_text(each) for each in self.slack.windows()]
        return [TIME.sub("hh:mm", PASSWORD.sub(r"\1…", each)) for each in (*shown, *posted, *windows)]

    def forget(self) -> None:
        """Begin anew with what was said."""
        self.finish()
        self.slack.calls.clear()
        self.slack.workspace.views.clear()


class KilledUser(SlackUser):
    """Somebody whose requests go to the process of a bed."""

    def __init__(self, bed: Bed, user_id: str, name: str) -> None:
        super().__init__(bed.slack, "http://127.0.0.1:1", user_id, name)
        self._bed = bed

    @property
    def _way(self) -> KilledWay:  # type: ignore[override]  # as Http, but for what replays need
        return KilledWay(self._bed)


@dataclass(frozen=True)
class KilledWay:
    """As Http in the stand-in."""

    bed: Bed

    def send(self, kind: str, payload: Json, response_id: str = "", retry: int = 0) -> Acknowledgement:
        again = {"X-Slack-Retry-Num": str(retry)} if retry else {}
        fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        is_event = kind == "events_api"
        body = json.dumps(payload) if is_event else urlencode(fields)
        headers = again | sign(body, int(time.time()), self.bed.slack.signing_secret)
        status, answer = self.bed.send(body, "application/json" if is_event else FORM, headers)
        return Acknowledgement(status, answer, 0.0, response_id)


def _plain(row: Mapping[str, Any]) -> str:
    values = {name: value for name, value in row.items() if not _is_volatile(name)}
    return VOLATILE.sub("…", json.dumps(values, default=str))


def _is_volatile(column: str) -> bool:
    return (
        column in ("at", "version")
        or column.endswith(("_at", "hash"))
        or "encrypted" in column
        or "token" in column
    )
