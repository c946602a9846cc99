"""Owners are shown the calls since the extension is theirs; on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models import audit
from models.actor import Actor
from models.audit import AuditEntry
from models.database import Database
from pbx import history, own_calls
from tests.factories import NOON, at_time, ended
from tests.models import migrating

database_url = migrating.database_url

ALICE, BOB = "U0ALICE01", "U0BOB0001"
NOW = at_time(NOON + 3600)
CREATED = at_time(NOON - 86400)


@pytest.fixture
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """With one call of 102 with 101 a minute, from noon on."""
    database = Database(database_url)
    monkeypatch.setattr(own_calls, "now", lambda: NOW)
    with database.session() as session:
        history.store(session, [ended(f"1.{minute}", at=NOON + 60 * minute) for minute in range(10)])
    yield database
    database.close()


def changed(database: Database, minute: float, number: str = "102", **changes: Any) -> None:
    with database.session() as session:
        audit.record(session, Actor.slack("U0ADA"), "changed", number, changes)
        session.flush()
        entry = session.exec(select(AuditEntry).order_by(AuditEntry.id.desc())).first()  # type: ignore[union-attr]
        assert entry
        entry.at = at_time(NOON + 60 * minute)


def shown(database: Database, *numbers: str, limit: int = 20) -> list[str | None]:
    with database.session() as session:
        created = dict.fromkeys(numbers or ("102",), CREATED)
        return [call.linkedid for call in own_calls.latest(session, created, limit)]


def calls(*minutes: int) -> list[str]:
    return [f"1.{minute}" for minute in minutes]


def test_whose_it_always_was_sees_all(database: Database) -> None:
    changed(database, 5.5, name=["Bob", "Robert"])
    changed(database, 5.5, "103", slack_user_id=[ALICE, BOB])
    assert shown(database) == calls(*range(9, -1, -1))
    assert shown(database, limit=2) == calls(9, 8)


def test_a_new_owner_sees_those_since_then(database: Database) -> None:
    changed(database, 2.5, slack_user_id=[None, ALICE])
    changed(database, 6.5, slack_user_id=[ALICE, BOB], name=["Alice", "Bob"])
    assert shown(database) == calls(9, 8, 7)


def test_each_of_several_extensions_is_by_itself_and_a_call_between_two_stands_there_once(
    database: Database,
) -> None:
    changed(database, 8.5, slack_user_id=[ALICE, BOB])
    assert shown(database, "102", "101") == calls(*range(9, -1, -1))
    changed(database, 7.5, "101", slack_user_id=[None, BOB])
    assert shown(database, "102", "101") == calls(9, 8)


def test_what_is_older_than_the_audit_trail_is_not_shown(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_calls, "now", lambda: at_time(NOON + 7.5 * 60) + audit.KEEP)
    assert shown(database) == calls(9, 8)


def test_calls_of_an_earlier_extension_of_the_number_are_left_out(database: Database) -> None:
    with database.session() as session:
        found = own_calls.latest(session, {"102": at_time(NOON) + timedelta(minutes=8.5)}, 20)
        assert [call.linkedid for call in found] == calls(9)
