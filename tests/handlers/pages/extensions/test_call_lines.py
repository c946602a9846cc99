"""Calls as lines of a table, from the side of one extension."""

from __future__ import annotations

import pytest

from handlers.pages.extensions import call_lines
from models.event import Event, EventKind
from tests.factories import at_time

NAMES = {"101": "Alice", "102": "Bob"}


def ended(reason: str, talked: float | None = None, peer_name: str = "") -> Event:
    return Event(
        at=at_time(),
        kind=EventKind.ENDED,
        number="102",
        peer="101",
        peer_name=peer_name,
        reason=reason,
        talked=talked,
    )


@pytest.mark.parametrize(
    ("reason", "incoming", "outgoing"),
    [
        ("answered", "Answered", "Answered"),
        ("no answer", "Missed", "Not answered"),
        ("busy", "Missed (busy)", "Busy"),
        ("voicemail", "Went to voicemail", "Went to voicemail"),
        ("", "Missed", ""),
    ],
)
def test_how_a_call_went_is_said_from_the_extensions_side(reason: str, incoming: str, outgoing: str) -> None:
    assert call_lines.line(ended(reason), "102", NAMES).course == incoming
    assert call_lines.line(ended(reason), "101", NAMES).course == outgoing


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("answered", "answered, talked 1 min"),
        ("voicemail", "went to voicemail"),
        ("cancelled", "cancelled"),
        ("", "not answered"),
    ],
)
def test_how_a_call_went_is_said_from_neither_side(reason: str, words: str) -> None:
    assert call_lines.outcome(ended(reason, talked=60)) == words


def test_a_call_of_which_nobody_knows_when_it_ended_has_no_length() -> None:
    call = ended("answered", talked=None)
    assert call_lines.outcome(call) == "answered"
    assert (call_lines.line(call, "102", NAMES).course, call_lines.line(call, "102", NAMES).talked) == (
        "Answered",
        "",
    )


def test_it_says_with_whom_and_how_long_they_talked() -> None:
    called = call_lines.line(ended("answered", 65.0), "102", NAMES)
    assert (called.is_incoming, called.other, called.talked) == (True, "101 Alice", "1 min 5 s")
    calling = call_lines.line(ended("answered", 65.0), "101", NAMES)
    assert (calling.is_incoming, calling.other) == (False, "102 Bob")


def test_a_stranger_is_named_as_their_call_named_them_and_a_name_that_is_the_number_once() -> None:
    assert call_lines.other(ended("answered", peer_name="Carol"), "102", {}) == "101 Carol"
    assert call_lines.other(ended("answered", peer_name="101"), "102", {}) == "101"
    assert call_lines.other(ended("answered", peer_name="Carol"), "101", {}) == "102"
    assert (
        call_lines.other(Event(at=at_time(), kind=EventKind.ENDED, number="102"), "102", {})
        == "an unknown caller"
    )


@pytest.mark.parametrize(
    ("kind", "number", "said"),
    [
        (EventKind.RINGING, "102", "Ringing"),
        (EventKind.RINGING, "101", "Calling"),
        (EventKind.ANSWERED, "101", "In a call"),
    ],
)
def test_a_call_that_goes_on_is_said_from_the_extensions_side(
    kind: EventKind, number: str, said: str
) -> None:
    assert call_lines.going_on(Event(at=at_time(), kind=kind, number="102", peer="101"), number) == said
