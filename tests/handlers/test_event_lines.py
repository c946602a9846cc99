"""An event as one line: every kind has one, and none has a character that commands a terminal."""

from __future__ import annotations

from typing import cast

import pytest

from handlers import event_lines
from models.event import Event, EventKind
from pbx import history, login_counts
from pbx.facts import KINDS, Fact, LoginFailed
from tests.factories import ONE_OF_EACH, login_failed


def event(fact: Fact) -> Event:
    if isinstance(fact, LoginFailed):
        return next(iter(login_counts.counted([fact], []).values()))
    return Event(**history.row_of(fact))


def test_failed_logins_of_a_minute_are_one_line_with_their_count() -> None:
    facts = [login_failed(account=account) for account in ("101", "102", "101")]
    (row,) = login_counts.counted(facts, []).values()
    assert event_lines.line(row) == "🚨 3 failed SIP logins from 203.0.113.9, as 101, 102 (wrong secret)"
    assert '"count": 3, "accounts": ["101", "102"]' in event_lines.as_json(row)


@pytest.mark.parametrize("fact", ONE_OF_EACH)
def test_a_name_cannot_command_the_terminal(fact: Fact) -> None:
    row = event(fact)
    evil = "\x1b]0;gotcha\x07\x9b31m\r\n\u202e"
    for name in ("number", "peer", "peer_name", "channel", "address", "cause_text", "reason"):
        setattr(row, name, evil)
    shown = event_lines.safe_line(row)
    assert shown.isprintable()
    assert "gotcha" in shown or fact is ONE_OF_EACH[0]


def test_every_kind_has_a_line() -> None:
    assert {type(fact) for fact in ONE_OF_EACH} == KINDS.keys()
    assert all(event_lines.safe_line(event(fact)) for fact in ONE_OF_EACH)


def test_an_event_of_an_unknown_kind_is_shown_by_its_name() -> None:
    row = event(ONE_OF_EACH[0])
    row.kind = cast(EventKind, "parked")
    assert event_lines.safe_line(row) == f"parked {row.number}"
    assert '"kind": "parked"' in event_lines.as_json(row)
