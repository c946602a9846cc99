"""Slash commands and presses about a pool of numbers: one after the other about each number, several numbers at a time."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests

from handlers.slack.messages import DELETE_ACTION
from models.extension import State
from pbx import numbers
from pbx.services import Services
from tests.slack_stand_in import Acknowledgement, SlackUser

ANSWER_SECONDS = 20.0  # how long somebody waits before they go on; what comes later counts, too
PAUSE_SECONDS = 0.3  # until a command that was not acknowledged is typed again
CHANGES = ("set", "set", "set", "secret", "switch", "delete")


@dataclass(frozen=True)
class Sent:
    """One request. `trace`: the name that it gives, which no other one gives; empty where it gives none."""

    number: str
    kind: str
    trace: str
    acknowledgement: Acknowledgement | None  # None: no connection, or it was cut

    @property
    def is_acknowledged(self) -> bool:
        return self.acknowledgement is not None and self.acknowledgement.status == 200


class Pace:
    """Lets one command begin every so often, until there were enough."""

    def __init__(self, commands: int, rate: float) -> None:
        self._left, self._step = commands, 1 / rate
        self._lock = threading.Lock()
        self._next = time.monotonic()

    def next(self) -> int | None:
        """Wait for one's turn; return how many are left, or None."""
        with self._lock:
            if self._left == 0:
                return None
            self._left -= 1
            left, at = self._left, self._next
            self._next = max(self._next + self._step, time.monotonic())
        time.sleep(max(0.0, at - time.monotonic()))
        return left


class Lane:
    """All commands about one number."""

    def __init__(self, number: str, admin: SlackUser, services: Services, seed: int) -> None:
        self.sent: list[Sent] = []
        self._number = number
        self._admin = admin
        self._services = services
        self._dice = random.Random(f"{seed}:{number}")  # noqa: S311  # chosen again by the same seed

    def run(self, pace: Pace) -> None:
        while pace.next() is not None:
            self._one(self._choose())

    def _choose(self) -> str:
        row = numbers.find(self._services, self._number)
        if row is None or row.state is State.DELETING:
            return "create"
        kind = self._dice.choice(CHANGES)
        return ("disable" if row.enabled else "enable") if kind == "switch" else kind

    def _one(self, kind: str) -> None:
        answer = self._answer(self._until_acknowledged("ask" if kind == "delete" else kind))
        if kind == "delete" and answer and any(block["type"] == "actions" for block in answer["blocks"]):
            self._answer(self._until_acknowledged("delete", answer))

    def _until_acknowledged(self, kind: str, question: dict[str, Any] | None = None) -> Acknowledgement:
        """Send it, and again until it is acknowledged, as people do; each time it is another request."""
        for trace in self._traces(kind):
            sent = Sent(self._number, kind, trace, self._send(kind, trace, question))
            self.sent.append(sent)
            if sent.is_acknowledged and sent.acknowledgement:
                return sent.acknowledgement
            time.sleep(PAUSE_SECONDS)
        raise AssertionError("traces do not end")

    def _traces(self, kind: str) -> Iterator[str]:
        while True:
            yield f"T{self._number}x{len(self.sent)}" if kind in ("create", "set") else ""

    def _send(self, kind: str, trace: str, question: dict[str, Any] | None) -> Acknowledgement | None:
        try:
            if question:
                return self._admin.click(question, DELETE_ACTION)
            return self._admin.command("/ext", self._text(kind, trace))
        except requests.RequestException:
            return None

    def _text(self, kind: str, trace: str) -> str:
        match kind:
            case "create":
                return f"create {self._number} {trace}"
            case "set":
                return f"set {self._number} name={trace}"
            case "ask":
                return f"delete {self._number}"
        return f"{kind} {self._number}"

    def _answer(self, acknowledgement: Acknowledgement) -> dict[str, Any] | None:
        try:
            return self._admin.replies(acknowledgement, timeout=ANSWER_SECONDS)[0]
        except TimeoutError:
            return None
