"""Failed logins as rows: one an address and minute, however many attempts and addresses there are."""

from __future__ import annotations

from sqlmodel import col, select

from models.event import Event
from pbx.services import Services
from tests.factories import NOON, login_failed, ringing, store


def rows(services: Services) -> list[Event]:
    with services.database.session() as session:
        return list(session.exec(select(Event).order_by(col(Event.id))))


def test_another_minute_and_another_address_are_other_rows(quiet: Services) -> None:
    store(
        quiet,
        login_failed(at=NOON + 59),
        login_failed(at=NOON + 60),
        login_failed("::1", at=NOON + 60),
    )
    store(quiet, login_failed(at=NOON + 61))
    assert sorted((row.address, row.count) for row in rows(quiet)) == [
        ("203.0.113.9", 1),
        ("203.0.113.9", 2),
        ("::1", 1),
    ]


def test_a_row_that_grows_comes_again_for_whoever_follows_the_events(quiet: Services) -> None:
    store(quiet, login_failed())
    first = rows(quiet)[0].id or 0
    store(quiet, ringing(), login_failed())
    assert [row.count for row in rows(quiet) if (row.id or 0) > first] == [1, 2]
    assert first not in [row.id for row in rows(quiet)]
