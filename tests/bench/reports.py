"""How soon a report is there with 30 days of 20,000 calls each and 2,000 phones: counted, drawn, and as PNG."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, select

from handlers.reports.drawing import Frame, draw
from handlers.reports.picture import as_png
from models.database import Database
from models.event import Event
from models.phone import Phone
from models.types import now
from pbx import history
from pbx.facts import Disposition, Fact
from pbx.reports import counting
from pbx.reports.periods import Kind, Period
from tests.bench import figures
from tests.factories import answered, ended, registered, ringing, unregistered
from tests.server import migrate

DAYS = int(os.environ.get("BENCH_DAYS", "30"))
CALLS, PHONES = 20_000, 2_000  # a day
ROUNDS = 20
KEEP = timedelta(days=365)


def run(folder: Path) -> None:
    """On a SQLite of its own, or the database of BENCH_DATABASE_URL, which is to be empty."""
    url = os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{folder / 'switchhook.db'}")
    migrate(url)
    database = Database(url)
    _fill(database)
    today = date.today()
    wanted: list[tuple[Kind, date]] = [
        ("day", today - timedelta(days=1)),
        ("week", today - timedelta(days=7)),
        ("day", today - timedelta(days=DAYS - 1)),
        ("week", today - timedelta(days=DAYS - 8)),
    ]
    for kind, day in wanted:
        _measure(database, Period.of(kind, day))
    database.close()


def _measure(database: Database, period: Period) -> None:
    def count() -> None:
        with database.session() as session:
            counting.count(session, period, now(), KEEP)

    print(figures.line(f"a {period.kind} from {period.first} on is counted", _times(count)))
    with database.session() as session:
        report = counting.count(session, period, now(), KEEP)
    print(figures.line("it is drawn", _times(lambda: draw(report, Frame(480, titled=True)))))
    picture = draw(report, Frame(480, titled=True))
    print(figures.line("it is a PNG", _times(lambda: as_png(picture))))


def _times(work: Callable[[], object]) -> list[float]:
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return found


def _fill(database: Database) -> None:
    began, one_day = time.monotonic(), timedelta(days=1)
    facts = sorted(_facts(now() - DAYS * one_day), key=lambda fact: fact.at)
    rows = [history.row_of(fact) for fact in facts]
    for day in range(DAYS):
        shifted = [row | {"at": row["at"] + day * one_day} for row in rows]
        with database.engine.begin() as connection:
            connection.execute(insert(Event), shifted)
    with database.session() as session:
        session.add_all(
            Phone(number=str(each), address="192.0.2.7", port=5060, since=now())
            for each in range(10_000, 10_000 + PHONES)
        )
    with database.session() as session:
        last = session.exec(select(Event.id).order_by(col(Event.id).desc()).limit(1)).one()
    print(f"{last:,} events of {DAYS} days were stored in {time.monotonic() - began:.0f} s")


def _facts(start: datetime) -> Iterator[Fact]:
    """What happens in 24 hours: one call in five is missed, and each phone goes and comes once."""
    for number in range(CALLS):
        at = start.timestamp() + random.random() * 86400  # noqa: S311
        who: dict[str, Any] = {
            "call": f"{at:.0f}.{number}",
            "callee": f"{10_000 + number % PHONES}",
            "caller": f"{10_000 + number * 7 % PHONES}",
        }
        how: Disposition = "no answer" if number % 5 == 0 else "answered"
        yield ringing(**who, at=at)
        if how == "answered":
            yield answered(**who, at=at + 5)
        yield ended(**who, at=at + 60, disposition=how)
    for number in range(10_000, 10_000 + PHONES):
        at = start.timestamp() + random.random() * 86000  # noqa: S311
        yield unregistered(str(number), at)
        yield registered(str(number), at + 300)
