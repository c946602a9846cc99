"""The rows say what was; quickly, however many there are."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from models.event import Event, EventKind
from models.types import now
from pbx import history, presence
from pbx.answers import Day
from pbx.services import Services
from settings import Settings
from tests.factories import NOON, answered, at_time, ended, moved, registered, ringing, store, unregistered
from tests.server import TEST_KEY

MANY = 100_000
FIRST = 1_000  # of them; all others are as these, later


# What was


def test_recent_events_of_one_kind_or_all_come_newest_first(quiet: Services) -> None:
    store(
        quiet,
        registered("101"),
        ringing(),
        registered("102"),
        ringing("2.2", "101", "103"),
        ended(),
        unregistered("101"),
    )
    with quiet.database.session() as session:

        def recent(limit: int, kind: EventKind | None = None) -> list[tuple[str, str]]:
            return [(row.kind, row.number) for row in history.recent(session, limit, kind)]

        assert recent(2) == [("unregistered", "101"), ("ended", "102")]
        assert recent(9, EventKind.REGISTERED) == [("registered", "102"), ("registered", "101")]
        assert recent(1, EventKind.RINGING) == [("ringing", "101")]
        assert recent(9, EventKind.LOGIN_FAILED) == []


def test_after_an_event_come_the_next_ones_in_order(quiet: Services) -> None:
    store(quiet, *[registered(str(number)) for number in range(100, 110)])
    with quiet.database.session() as session:
        first = history.after(session, 0, limit=3)
        assert [row.number for row in first] == ["100", "101", "102"]
        rest = history.after(session, first[-1].id or 0)
        assert [row.number for row in rest] == [str(number) for number in range(103, 110)]
        assert history.after(session, rest[-1].id or 0) == []


def test_a_day_counts_calls_on_both_sides_and_missed_ones_as_called(quiet: Services) -> None:
    store(
        quiet,
        ended("1.1", "102", "101", NOON - 1),  # the day before
        ended("2.2", "102", "101", NOON),
        ended("3.3", "101", "102", NOON + 1, disposition="no answer"),
        ended("4.4", "102", "101", NOON + 2, disposition="busy"),
        ended("5.5", "101", "101", NOON + 3),
        ringing("6.6", "102", "101", at=NOON + 4),
    )
    with quiet.database.session() as session:
        assert history.day_of(session, "101", at_time()) == Day(calls=3, missed=1)
        assert history.day_of(session, "102", at_time()) == Day(calls=3, missed=1)
        assert history.day_of(session, "103", at_time()) == Day(calls=0, missed=0)


def test_a_day_that_begins_in_another_time_zone_begins_at_the_same_moment(quiet: Services) -> None:
    store(quiet, ended(at=NOON))
    with quiet.database.session() as session:
        for zone in ("Asia/Tehran", "America/New_York"):
            local = at_time().astimezone(ZoneInfo(zone))
            assert history.day_of(session, "101", local).calls == 1
            assert history.day_of(session, "101", local + timedelta(seconds=1)).calls == 0


def test_registrations_are_those_of_the_extensions_asked_for_since_then(quiet: Services) -> None:
    store(
        quiet,
        registered("101", NOON - 700),
        unregistered("101", NOON),
        registered("102", NOON + 1),
        registered("103", NOON + 2),
    )
    store(quiet, moved("101", NOON + 3), registered("101", NOON + 4))
    with quiet.database.session() as session:
        found = presence.registrations_of(session, {"101", "102"}, at_time(NOON - 600))
    assert {number: [each.kind for each in changes] for number, changes in found.items()} == {
        "101": [EventKind.UNREGISTERED, EventKind.REGISTERED],
        "102": [EventKind.REGISTERED],
    }


# With very many rows


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory, migrated_once: Path) -> Iterator[Services]:
    """100,000 events of 300 extensions over 90 days; one of them has half of the calls."""

    path = shutil.copy(migrated_once, tmp_path_factory.mktemp("crowded") / "switchhook.db")
    values: dict[str, Any] = {"secret_key": TEST_KEY, "database_url": f"sqlite:///{path}"}
    services = Services.of(Settings(_env_file=None, **values))
    began, step = now().timestamp() - 90 * 86_400, 90 * 86_400 / MANY
    facts = (
        history.row_of(
            registered(str(100 + place % 300), began + place * step)
            if place % 50 == 0
            else (ringing, answered, ended)[place % 3](
                f"1.{place // 3}", str(100 + place % 300 * (place % 2)), "101", at=began + place * step
            )
        )
        | {"backfilled": False}
        for place in range(FIRST)
    )
    others = ", ".join(name for name in Event.model_fields if name not in ("id", "at", "linkedid"))
    again = f"""
        WITH RECURSIVE turn (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM turn WHERE n < {MANY // FIRST - 1})
        INSERT INTO event (at, linkedid, {others})
        SELECT strftime('%Y-%m-%d %H:%M:%f000', at, '+' || (n * {FIRST * step}) || ' seconds'),
            linkedid || '.' || n, {others}
        FROM turn CROSS JOIN event ORDER BY n, id"""  # noqa: S608 (the names are the table's)
    with services.database.session() as session:
        session.exec(insert(Event), params=list(facts))
        session.connection().exec_driver_sql(again)
        assert session.exec(select(func.count(col(Event.id)))).one() == MANY
    yield services
    services.database.close()


QUESTIONS: dict[str, Callable[[Session], object]] = {
    "recent": lambda session: history.recent(session, 50),
    "recent of a kind": lambda session: history.recent(session, 50, EventKind.REGISTERED),
    "after": lambda session: history.after(session, MANY - 10),
    "after, from the beginning": lambda session: history.after(session, 0),
    "open calls": history.open_calls,
    "open calls of a number": lambda session: history.open_calls(session, "100"),
    "of a call": lambda session: history.of_call(session, "1.100", EventKind.RINGING),
    "day": lambda session: history.day_of(session, "101", now() - timedelta(days=1)),
    "latest calls": lambda session: history.latest_calls(session, "101", now() - timedelta(days=90), 10),
    "registrations of": lambda session: presence.registrations_of(
        session, {"101"}, now() - timedelta(minutes=10)
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_query_of_very_many_rows_reads_few_of_them(crowded: Services, question: str) -> None:
    """SQLite counts its steps: some twenty for a row that is read, hundreds of thousands for them all."""
    steps = [0]
    with crowded.database.session() as session:
        connection: Any = session.connection().connection.dbapi_connection

        def count() -> int:
            steps[0] += 1
            return 0

        connection.set_progress_handler(count, 100)
        QUESTIONS[question](session)
        connection.set_progress_handler(None, 0)
    assert steps[0] * 100 < 60_000
