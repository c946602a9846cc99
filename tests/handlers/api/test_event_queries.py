"""Pages of events, whatever is asked for; and that each is answered from an index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import product

import pytest
from sqlmodel import col, select

from handlers.api.event_queries import Wanted, before, between
from models.database import Database
from models.event import Event
from pbx.services import Services
from tests.factories import (
    NOON,
    answered,
    at_time,
    ended,
    login_failed,
    registered,
    ringing,
    store,
    unregistered,
)
from tests.query_plans import plans
from tests.server import migrate

KINDS = [frozenset[str](), frozenset({"ringing"}), frozenset({"registered", "unregistered"})]
WANTED = [Wanted(kinds, extension) for kinds, extension in product(KINDS, ["", "101", "999"])]


@pytest.fixture(params=["sqlite", "postgresql"])
def services(request: pytest.FixtureRequest, quiet: Services) -> Iterator[Services]:
    if request.param == "sqlite":
        yield quiet
        return
    url: str = request.getfixturevalue("postgresql")
    migrate(url)
    with closing(Database(url)) as database:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("TRUNCATE event")
        yield replace(quiet, database=database)


@pytest.fixture
def calls(quiet: Services) -> Services:
    return with_calls(quiet)


def with_calls(services: Services) -> Services:
    for number in range(20):
        at = NOON + 100 * number
        store(
            services,
            ringing(f"1.{number}", at=at),
            answered(f"1.{number}", at=at + 1),
            ended(f"1.{number}", at=at + 2),
        )
        store(services, registered("101", at + 3), unregistered("103", at + 4), login_failed(at=at + 5))
        store(services, ringing(f"2.{number}", callee="101", caller="103", at=at + 6))
    return services


def all_rows(services: Services) -> list[Event]:
    with services.database.session() as session:
        return list(session.exec(select(Event).order_by(col(Event.id))))


def pages_of(services: Services, wanted: Wanted) -> tuple[list[int | None], list[int | None]]:
    """The ids of all pages to the beginning, in the order of time, and of all pages to the end."""
    backwards: list[int | None] = []
    forwards: list[int | None] = []
    with services.database.session() as session:
        while page := before(session, wanted, backwards[-1] if backwards else None, None, limit=7):
            backwards += [row.id for row in page]
        while page := between(session, wanted, (forwards or [0])[-1] or 0, 10**9, limit=7):
            forwards += [row.id for row in page]
    return backwards[::-1], forwards


def test_pages_one_after_the_other_are_all_that_is_wanted(services: Services) -> None:
    calls = with_calls(services)
    rows = all_rows(calls)
    for wanted in WANTED:
        expected = [row.id for row in rows if wanted.has(row.kind, row.number, row.peer)]
        assert pages_of(calls, wanted) == (expected, expected), wanted


def test_what_is_asked_for_since_a_moment_begins_there(services: Services) -> None:
    calls = with_calls(services)
    since = at_time(NOON + 1000) + timedelta(seconds=1)
    with calls.database.session() as session:
        found = before(session, Wanted(frozenset({"answered"}), "101"), None, since, limit=50)
    assert [row.at for row in found] == [at_time(NOON + 100 * number + 1) for number in range(19, 9, -1)]


def test_events_up_to_one_are_found_without_what_follows(calls: Services) -> None:
    with calls.database.session() as session:
        assert [row.id for row in between(session, Wanted(), 10, 14, limit=50)] == [11, 12, 13, 14]


def test_every_page_is_read_from_an_index_and_nothing_is_sorted_whole(calls: Services) -> None:
    with calls.database.session() as session:
        for wanted, since in product(WANTED, [None, at_time()]):
            steps = plans(session, partial(before, session, wanted, 50, since, limit=7))
            steps += plans(session, partial(between, session, wanted, 50, 90, limit=7))
            assert not [step for step in steps if step.startswith("SCAN event") or "TEMP B-TREE" in step]
