"""Admins at work in Slack: slash commands, buttons and windows, each under a name of its own."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

import requests
from sqlmodel import select

from handlers.slack.windows import WAIT
from models.extension import Extension, State
from tests.server import ADMIN_ID
from tests.slack_stand_in import Acknowledgement, SlackUser, as_text
from tests.soak.world import World

ANSWER_SECONDS = 15.0  # after which the admin goes on to the next
WINDOW_SECONDS = 60.0  # of a window it is not known later whose it was, and what froze may have it come late
SLACK_SECONDS = 3.0  # that Slack waits for an acknowledgement: later, it tells people that it failed
SEQUENCE = count(1)
ONE_WINDOW = threading.Lock()


class Desk:
    """One admin with numbers of their own: one thing after another, as people work."""

    def __init__(self, world: World, numbers: Sequence[str], every: float, seed: int) -> None:
        self._slack, self._services, self._record = world.slack, world.services, world.record
        self._user = SlackUser(world.slack, world.url, user_id=ADMIN_ID, user_name="alice")
        self._numbers, self._every = numbers, every
        self._random = random.Random(seed)  # noqa: S311 (no secret)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"admin-{numbers[0]}")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(2 * WINDOW_SECONDS + 40)

    def _run(self) -> None:
        while not self._stop.wait(self._random.expovariate(1 / self._every)):
            number = self._random.choice(self._numbers)
            row = self._row(number)
            if row == "unknown":
                continue
            choices = (
                self._when_there(row)
                if isinstance(row, Extension)
                else [self._create, self._create_in_window]
            )
            self._random.choice(choices)(number)

    def _row(self, number: str) -> Extension | str | None:
        """Return the extension as the database has it; None: there is none; "unknown": it cannot be said now."""
        try:
            with self._services.database.session() as session:
                row = session.exec(select(Extension).where(Extension.number == number)).first()
        except Exception:  # the database is away, in whatever way
            return "unknown"
        return "unknown" if row and row.state is State.DELETING else row

    def _when_there(self, row: Extension) -> list[Callable[[str], None]]:
        switch = self._disable if row.enabled else self._enable
        return [self._rename, self._rename, self._new_secret, switch, self._delete]

    def _create(self, number: str) -> None:
        name = new_name()
        self._type("created", number, f"create {number} {name}", name)

    def _rename(self, number: str) -> None:
        name = new_name()
        self._type("changed", number, f"set {number} name={name}", name)

    def _new_secret(self, number: str) -> None:
        self._type("secret", number, f"secret {number}")

    def _disable(self, number: str) -> None:
        self._type("disabled", number, f"disable {number}")

    def _enable(self, number: str) -> None:
        self._type("enabled", number, f"enable {number}")

    def _delete(self, number: str) -> None:
        """Type it, and press the button of the question."""
        question = self._type("asked", number, f"delete {number}")
        if question is not None:
            self._answer(
                "deleted",
                number,
                f"delete {number}, confirmed",
                "",
                lambda: self._user.click(question, "ext_delete"),
            )

    def _create_in_window(self, number: str) -> None:
        """Open the window, and submit it when it has come. One at a time: windows do not say who asked for them."""
        name = new_name()
        with ONE_WINDOW:
            before = {view["id"] for view in self._slack.windows()}
            asked = self._tell("asked", number, "create", "", lambda: self._user.command("/ext", "create"))
            view = (
                self._look(lambda: next(filter(_is_there, self._others(before)), None), WINDOW_SECONDS)
                if asked
                else None
            )
        if view is None:
            return
        self._record.note("window", command=asked, shown=True, text=as_text(view))
        if not _has_name(view):
            self._user.close(view)
            return
        values = {"number": number, "name": name}
        sent = self._tell(
            "created", number, f"window {number} {name}", name, lambda: self._user.submit(view, values)
        )
        shown = self._look(lambda: self._answer_in(view["id"]), WINDOW_SECONDS) if sent else None
        self._record.note("window", command=sent, shown=bool(shown), text=shown or "")
        self._user.close(view)

    def _others(self, before: set[str]) -> list[dict[str, Any]]:
        return [view for view in self._slack.windows() if view["id"] not in before]

    def _answer_in(self, view_id: str) -> str | None:
        """Return what the window says by now, once nothing is to be filled in any more, nor waited for."""
        view = self._slack.workspace.views.get(view_id)
        shown = as_text(view) if view and not _has_name(view) else ""
        return shown if WAIT not in shown else None

    def _type(self, verb: str, number: str, text: str, name: str = "") -> dict[str, Any] | None:
        """Type a command, and return its first answer."""
        return self._answer(verb, number, text, name, lambda: self._user.command("/ext", text))

    def _answer(
        self, verb: str, number: str, text: str, name: str, do: Callable[[], Acknowledgement]
    ) -> dict[str, Any] | None:
        acks: list[Acknowledgement] = []
        if not self._tell(verb, number, text, name, lambda: acks.append(do()) or acks[0]):  # type: ignore[func-returns-value] # append() returns nothing, by which the acknowledgement is returned
            return None
        replies = self._look(lambda: self._user.replies(acks[0], n=0))
        return replies[0] if replies else None

    def _tell(self, verb: str, number: str, text: str, name: str, do: Callable[[], Acknowledgement]) -> int:
        """Do it, and write down whether it was acknowledged. Return its id; 0: it was not."""
        entry: dict[str, Any] = {
            "id": next(SEQUENCE),
            "verb": verb,
            "number": number,
            "text": text,
            "name": name,
        }
        begun = time.time()
        try:
            ack = do()
        except (requests.RequestException, AssertionError, LookupError) as error:
            why = f"{type(error).__name__}: {error}"[:300]
            self._record.note("command", **entry, begun=begun, acknowledged=False, error=why)
            return 0
        taken = ack.status == 200 and ack.seconds <= SLACK_SECONDS
        at_once = as_text(ack.reply) if ack.reply else ack.body if '"errors"' in ack.body else ""
        more = {"status": ack.status, "response_id": ack.response_id, "in_acknowledgement": at_once}
        self._record.note(
            "command", **entry, **more, begun=begun, acknowledged=taken, seconds=round(ack.seconds, 3)
        )
        return int(entry["id"]) if taken else 0

    def _look(self, look: Callable[[], Any], seconds: float = ANSWER_SECONDS) -> Any:
        try:
            return self._slack.wait_until(look, seconds)
        except TimeoutError:
            return None


def _has_name(view: Mapping[str, Any]) -> bool:
    """Return whether it is a window that a name is to be typed into."""
    return any(block.get("block_id") == "name" for block in view.get("blocks", ()))


def _is_there(view: Mapping[str, Any]) -> bool:
    """Return whether it is the window that was asked for, or says why there is none."""
    return _has_name(view) or WAIT not in as_text(view)


def new_name() -> str:
    """Return a name that nobody has had."""
    return f"Soak{next(SEQUENCE):06}"
