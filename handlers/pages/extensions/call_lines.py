"""Pure: calls of an extension as lines of a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from handlers.wording import duration
from models.event import Event, EventKind

ANSWERED = "answered"
TALKING, RINGING = "In a call", "Ringing"
COURSES = {"voicemail": "Went to voicemail", "no answer": "Not answered"}


class CallLine(NamedTuple):
    """One call that is over, from the extension's side."""

    at: datetime
    is_incoming: bool
    other: str
    course: str
    talked: str


def line(call: Event, number: str, names: Mapping[str, str]) -> CallLine:
    is_incoming = call.number == number
    is_answered = call.reason == ANSWERED
    return CallLine(
        call.at,
        is_incoming,
        other(call, number, names),
        "Answered" if is_answered else _unanswered(call.reason, is_incoming=is_incoming),
        duration(call.talked) if is_answered and call.talked is not None else "",
    )


def _unanswered(reason: str, *, is_incoming: bool) -> str:
    if is_incoming and reason not in COURSES:
        return f"Missed ({reason})" if reason else "Missed"
    return "Missed" if is_incoming and reason == "no answer" else COURSES.get(reason, reason.capitalize())


def outcome(call: Event) -> str:
    """Return how a call went, from neither side: `answered, talked 2 min`."""
    if call.reason == ANSWERED:
        return ANSWERED if call.talked is None else f"{ANSWERED}, talked {duration(call.talked)}"
    return COURSES.get(call.reason, call.reason).lower() or "not answered"


def other(call: Event, number: str, names: Mapping[str, str]) -> str:
    """Return whom it is with: `101 Alice`."""
    theirs = call.peer if call.number == number else call.number
    name = names.get(theirs) or (call.peer_name if theirs == call.peer else "")
    return f"{theirs} {name if name != theirs else ''}".strip() or "an unknown caller"


def going_on(call: Event, number: str) -> str:
    """Say what a call that goes on is, from the extension's side."""
    if call.kind is not EventKind.RINGING:
        return TALKING
    return RINGING if call.number == number else "Calling"
