"""The weekly report's channel and when somebody listened leave the incidents with 0035, and come back on the way down."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, select

from handlers.reports import weekly
from models.database import Database
from models.incident import Incident
from pbx.reports.listening_times import EVER, gaps_until
from pbx.reports.report import Span
from tests.models import migrating
from tests.models.migrating import insert, run

database_url = migrating.database_url

FIRST = datetime(2026, 11, 1, 12, tzinfo=UTC)
OLD_EVER = datetime(1970, 1, 1, tzinfo=UTC)
GAPS = [(OLD_EVER, FIRST), (FIRST + timedelta(hours=1), FIRST + timedelta(hours=3))]
LAST = FIRST + timedelta(hours=5)


def before(url: str, gaps: list[tuple[datetime, datetime]]) -> Database:
    """A database of 0034, whose report goes to a channel, and which has listened."""
    run(url, "downgrade", "0034")
    database = Database(url)
    rows = {
        "weekly_report": {"channel": "C0WEEKLY"},
        "listening": {start.isoformat(): end.isoformat() for start, end in gaps},
        "asterisk": {"101": "away"},
    }
    for subject, details in rows.items():
        values = {"resolved": subject != "asterisk", "occurrences": 0, "since": LAST.strftime("%F %T.%f")}
        insert(database, "incident", subject=subject, details=json.dumps(details), **values)
    return database


def subjects(session: Session) -> set[str]:
    return set(session.exec(select(Incident.subject)))


def heard(session: Session) -> list[Span]:
    return gaps_until(session, LAST + timedelta(hours=1))


def test_what_is_known_of_weekly_reports_and_of_listening_stays(database_url: str) -> None:
    database = before(database_url, GAPS)
    run(database_url, "upgrade", "0035")
    with database.session() as session:
        assert subjects(session) == {"asterisk"}
        assert weekly.channel(session) == "C0WEEKLY"
        assert weekly._due(session, LAST, LAST) is None
        assert weekly._due(session, LAST, LAST + timedelta(seconds=1))
        assert heard(session) == [Span(EVER, FIRST), Span(*GAPS[1]), Span(LAST, LAST + timedelta(hours=1))]
    run(database_url, "downgrade", "0034")
    with database.session() as session:
        rows = {row.subject: row for row in session.exec(select(Incident))}
    assert rows.keys() == {"asterisk", "weekly_report", "listening"}
    assert rows["weekly_report"].details == {"channel": "C0WEEKLY"}
    assert rows["listening"].details == {start.isoformat(): end.isoformat() for start, end in GAPS}
    assert {row.since for row in rows.values()} == {LAST}
    database.close()


def test_gaps_that_begin_in_the_middle_keep_what_was_heard_before(database_url: str) -> None:
    database = before(database_url, GAPS[1:])
    run(database_url, "upgrade", "head")
    with database.session() as session:
        assert heard(session)[0] == Span(EVER, OLD_EVER)
        assert heard(session)[1:] == [Span(*GAPS[1]), Span(LAST, LAST + timedelta(hours=1))]
    database.close()


def test_who_never_had_them_has_none(database_url: str) -> None:
    run(database_url, "downgrade", "0034")
    database = Database(database_url)
    run(database_url, "upgrade", "head")
    with database.session() as session:
        assert weekly.channel(session) == ""
        assert heard(session) == [Span(EVER, LAST + timedelta(hours=1))]
    run(database_url, "downgrade", "0034")
    with database.session() as session:
        assert subjects(session) == set()
    database.close()
