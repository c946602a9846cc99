"""What README and docs/ show: people and Switchhook in turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models.event import EventKind
from tests.pictures.ordinary.alerts import ALERTS, call, registrations
from tests.pictures.ordinary.answers import ANSWERED
from tests.pictures.ordinary.homes import home_of_bob
from tests.pictures.ordinary.parts import Shown, Typed


def create() -> list[Typed | Shown]:
    return [Typed("Ada Byron", "/ext create 101 Alice"), ANSWERED["outcome_messages.outcome"]()]


def day() -> list[Typed | Shown]:
    return [
        registrations("101"),
        call(EventKind.RINGING, EventKind.ANSWERED, EventKind.ENDED),
        ALERTS["missed"](),
    ]


CONVERSATIONS: dict[str, Callable[[], Sequence[Typed | Shown]]] = {
    "docs-create": create,
    "docs-calls": day,
    "docs-home": lambda: [home_of_bob()],
}
