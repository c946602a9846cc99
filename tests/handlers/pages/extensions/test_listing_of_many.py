"""The list's size: what is read for it, and what a page of it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from handlers.home import snapshot
from handlers.pages.extensions import listing
from models.extension import State
from pbx.services import Services
from tests.factories import at_time, insert_extension, registered, store, unregistered
from tests.handlers.home.homes import add


@pytest.fixture
def statements(quiet: Services) -> list[str]:
    """Those that the database is asked from now on."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(quiet.database.engine, "before_cursor_execute", note)
    return asked


def _numbers(shown: listing.Listing) -> list[str]:
    return [row.known.number for row in shown.rows]


def test_as_many_queries_are_made_for_many_extensions_as_for_one(
    quiet: Services, statements: list[str]
) -> None:
    counts = []
    for first, last in ((1000, 1001), (1001, 1150)):
        for number in range(first, last):
            add(quiet, str(number))
        statements.clear()
        listing.page_of(quiet, snapshot.take(quiet, None), is_admin=True)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_pages_have_all_extensions_in_order_each_once(quiet: Services) -> None:
    numbers = [str(number) for number in range(1000, 1250)]
    for number in numbers:
        add(quiet, number, f"Room {number}")
    known = snapshot.take(quiet, None)
    pages = [listing.page_of(quiet, known, page=page, is_admin=True) for page in (1, 2, 3)]
    assert [number for page in pages for number in _numbers(page)] == numbers
    assert {(page.pages, page.found, page.total) for page in pages} == {(3, 250, 250)}
    found = listing.page_of(quiet, known, "room 11", page=9, is_admin=True)
    assert (found.page, found.found, len(found.rows)) == (1, 100, 100)


def test_a_phone_that_was_turned_away_is_not_one_that_never_came(quiet: Services) -> None:
    for number in ("101", "102"):
        add(quiet, number, created_at=at_time() - timedelta(days=1))
    add(quiet, "103", created_at=at_time() + timedelta(days=1))  # a number that was somebody else's then
    for number in ("101", "103"):
        store(quiet, registered(number), unregistered(number, reason="locked out"))
    shown = listing.page_of(quiet, snapshot.take(quiet, None), is_admin=True)
    assert [row.turned_away is not None for row in shown.rows] == [True, False, False]


def test_what_is_wrong_with_the_phone_system_is_for_admins(quiet: Services) -> None:
    known = snapshot.take(quiet, "Asterisk does not answer at 127.0.0.1:1")
    assert "127.0.0.1:1" in listing.page_of(quiet, known, is_admin=True).trouble
    assert "127.0.0.1" not in listing.page_of(quiet, known, is_admin=False).trouble


def test_whose_phones_are_away_is_offline_and_who_is_disabled_is_not(quiet: Services) -> None:
    insert_extension(quiet, "101", state=State.LIVE)
    insert_extension(quiet, "104", state=State.LIVE, enabled=False)
    known = replace(snapshot.take(quiet, None), listener=None)
    (row,) = listing.page_of(quiet, known, state="offline", is_admin=True).rows
    assert (row.known.number, row.sign) == ("101", "⚫")
