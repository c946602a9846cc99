"""Extensions in plain words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from handlers import wording
from models.extension import Extension, State
from models.phone import Phone
from pbx.answers import Day, Status
from pbx.contact_status import Contact
from tests.factories import NOON, answered, at_time, event_of, extension_row, ringing

NOON_SHOWN = f"{datetime.fromtimestamp(NOON):%Y-%m-%d %H:%M:%S}"
AWAY = "Asterisk is away"
HERE = Contact("192.0.2.7", 5062, "Snom", "Reachable", 12.4)
SILENT = Contact("192.0.2.8", 5064, "", "Unreachable", None)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (extension_row(), "live, verified in Asterisk"),
        (extension_row(reason="no HTTP"), "live, verified in Asterisk; no HTTP"),
        (extension_row(enabled=False), "disabled: no phone can use it"),
        (extension_row(State.FAILED, "twice"), "refused: twice"),
        (extension_row(State.PENDING), "saved, not live yet: Asterisk was not asked yet"),
        (extension_row(State.PENDING, AWAY), "saved, not live yet: Asterisk is away"),
        (extension_row(State.DELETING), "being deleted: Asterisk was not asked yet"),
        (extension_row(State.DELETING, AWAY), "being deleted: Asterisk is away"),
    ],
)
def test_a_list_says_what_is_not_live(row: Extension, words: str) -> None:
    assert wording.configuration(row) == words
    mark = "" if row.state is State.LIVE and row.enabled else f" · {words}"
    assert wording.line(Status(row)) == f"101  Alice · ⚫ Offline{mark}"


def test_an_unknown_state_is_shown_by_its_name() -> None:
    row = extension_row()
    row.state = cast(State, "moving")
    assert wording.configuration(row) == "moving"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("away", "Away."),
        ("Gone.", "Gone."),
        ("why?", "Why?"),
        ("no!", "No!"),
        (None, "Asterisk was not asked yet."),
    ],
)
def test_a_reason_becomes_a_sentence(reason: str | None, words: str) -> None:
    assert wording.ended(reason) == words


def test_presence_is_where_the_phones_are_that_answer() -> None:
    assert wording.presence(Status(extension_row(), [HERE, SILENT])) == "🟢 Registered at 192.0.2.7:5062"
    assert wording.presence(Status(extension_row(), [HERE] * 6)) == (
        f"🟢 Registered at {', '.join(['192.0.2.7:5062'] * 5)} and 1 more"
    )
    assert wording.presence(Status(extension_row(), [HERE] * 5)).endswith("192.0.2.7:5062")
    assert wording.presence(Status(extension_row(), [SILENT])) == "⚫ Offline"
    assert wording.presence(Status(extension_row(), [HERE], error=AWAY)) == "❔ Unknown"


def test_a_phone_says_how_fast_it_answers_or_that_it_does_not() -> None:
    assert wording.phone(HERE) == "Snom at 192.0.2.7:5062, answers in 12 ms"
    assert wording.phone(SILENT) == (
        "A phone at 192.0.2.8:5064, does not answer: is it switched off, or behind a firewall?"
    )
    assert wording.phone(Contact("::1", 5060, "", "NonQualified", None)) == "A phone at ::1:5060"


def test_details_are_the_fields_that_say_something() -> None:
    assert wording.details(Status(extension_row())) == [
        ("Configuration", "live, verified in Asterisk"),
        ("Transport", "udp"),
        ("Codecs", "ulaw, alaw"),
        ("Phones at most", "1"),
        ("Context", "from-internal"),
        ("Caller ID", "Alice"),
    ]
    row = extension_row(caller_id="Reception", email="a@example.com", notes="2nd floor")
    calls = [event_of(ringing()), event_of(answered(at=NOON))]
    phone = Phone(number="101", address="192.0.2.7", port=5062, since=at_time())
    full = dict(wording.details(Status(row, [HERE], phone=phone, calls=calls, today=Day(3, 1))))
    assert full["Registered since"] == NOON_SHOWN
    assert (
        full["Current call"]
        == f"101 → 102, ringing since {NOON_SHOWN}; 101 → 102, talking since {NOON_SHOWN}"
    )
    assert full["Calls today"] == "3, 1 of them missed"
    assert (full["Caller ID"], full["E-mail"], full["Notes"]) == ("Reception", "a@example.com", "2nd floor")


@pytest.mark.parametrize("codecs", [None, 7, ["ulaw", 7], {}])
def test_a_row_of_which_something_cannot_be_used_has_details(codecs: Any) -> None:
    assert ("Context", "from-internal") in wording.details(Status(extension_row(codecs=codecs)))


def test_a_phone_that_is_not_there_was_seen_last() -> None:
    gone = Phone(number="101", address="192.0.2.7", port=5062, since=at_time(), registered=False)
    there = Phone(number="101", address="192.0.2.7", port=5062, since=at_time())
    assert ("Last seen", NOON_SHOWN) in wording.details(Status(extension_row(), [HERE], phone=gone))
    just_now = wording.details(Status(extension_row(), [SILENT], phone=there))
    assert ("Had been registered since", NOON_SHOWN) in just_now
    turned_away = wording.details(Status(extension_row(), turned_away=at_time()))
    assert ("Phones turned away", NOON_SHOWN) in turned_away


def test_a_day_without_calls_is_not_mentioned() -> None:
    assert "Calls today" not in dict(wording.details(Status(extension_row(), today=Day(0, 0))))
    assert dict(wording.details(Status(extension_row(), today=Day(1, 0))))["Calls today"] == "1"


def test_a_list_of_extensions_is_summed_up() -> None:
    there, waiting = Status(extension_row(), [HERE]), Status(extension_row(State.PENDING))
    assert wording.summary([there]) == "1 extension, 1 registered"
    assert wording.summary([there, waiting]) == "2 extensions, 1 registered, 1 not live"
    assert wording.summary([]) == "0 extensions, 0 registered"
    unknown = Status(extension_row(), error=AWAY)
    assert wording.summary([unknown, waiting]) == "2 extensions; Asterisk is away, 1 not live"


def test_the_reason_that_blocks_publishing_is_named() -> None:
    assert wording.blocked("twice") == "Nothing goes live for now: twice"


def test_a_moment_is_in_the_zone_of_the_server() -> None:
    assert wording.moment(datetime.fromtimestamp(NOON, UTC)) == NOON_SHOWN


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"), (0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min"), (60, "1 min"), (61, "1 min 1 s"),
        (125, "2 min 5 s"), (3599, "59 min 59 s"), (3600, "1 h"), (3605, "1 h 5 s"), (7325, "2 h 2 min 5 s"), (90_000, "25 h"),
    ],
)  # fmt: skip
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert wording.duration(seconds) == words
