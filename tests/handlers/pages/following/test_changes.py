"""Which extensions have changed, as rows say it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import bindparam, text
from sqlmodel import Session, col, delete, select, update

from handlers.pages.following import changes
from handlers.pages.following.changes import EVERYTHING
from models import audit
from models.actor import SWITCHHOOK
from models.audit import AuditEntry
from models.database import Database
from models.event import Event
from models.extension import Extension, State
from models.types import now
from pbx.services import Services
from tests.factories import (
    ended,
    extension_row,
    login_failed,
    moved,
    registered,
    ringing,
    store,
)


def test_extensions_that_are_new_gone_or_otherwise_are_noticed() -> None:
    before: changes.Rows = {"101": (1, "live"), "102": (2, "live"), "103": (3, "live")}
    after: changes.Rows = {"101": (1, "live"), "102": (2, "failed"), "104": (4, "pending")}
    assert changes.between(before, after) == {"102", "103", "104"}
    assert changes.between(after, dict(after)) == frozenset()


THIS = col(Extension.number) == "102"
BY_MANY = update(Extension).where(THIS).values(reason=bindparam("why"))
SAME_LENGTH = "bbb"  # as long as the reason before
WRITERS: dict[str, Callable[[Session], object]] = {
    "an object": lambda session: setattr(session.exec(select(Extension).where(THIS)).one(), "notes", "new"),
    "one UPDATE": lambda session: session.exec(update(Extension).where(THIS).values(reason=SAME_LENGTH)),
    "many UPDATEs": lambda session: session.connection().execute(BY_MANY, [{"why": SAME_LENGTH}]),
    "what says so already": lambda session: session.exec(update(Extension).where(THIS).values(moving=False)),
}


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """One with extensions 101 and 102."""
    if request.param == "SQLite":
        database = request.getfixturevalue("quiet").database
    else:
        database = Database(request.getfixturevalue("migrated_postgresql"))
    with database.session() as session:
        session.add_all(extension_row(number=number, reason="aaa") for number in ("101", "102"))
    yield database
    with database.session() as session:
        session.exec(delete(Extension))
    database.close()


@pytest.mark.parametrize("write", WRITERS.values(), ids=list(WRITERS))
def test_each_write_to_a_row_is_noticed_however_it_is_made(
    database: Database, write: Callable[[Session], object]
) -> None:
    with database.session() as session:
        stamp, rows = changes.stamp(session), changes.rows(session)
        write(session)
    with database.session() as session:
        assert str(changes.stamp(session)) != str(stamp)
        assert changes.between(rows, changes.rows(session)) == {"102"}


def test_an_extension_in_the_place_of_another_is_noticed(database: Database) -> None:
    with database.session() as session:
        stamp, rows = changes.stamp(session), changes.rows(session)
        session.exec(delete(Extension).where(THIS))
        session.add(extension_row(number="102", reason="aaa"))
    with database.session() as session:
        assert changes.stamp(session) != stamp
        assert changes.between(rows, changes.rows(session)) == {"102"}


def test_of_a_call_or_a_login_the_extensions_alone_are_named(quiet: Services) -> None:
    """Whom somebody talks to outside, and what strangers try, is not for everybody."""
    store(
        quiet,
        ringing(callee="101", caller="+15550100"),
        ended(callee="102", caller="103"),
        login_failed(account="admin"),
        login_failed(account="104"),
        registered("105"),
        moved("106"),
        registered("999"),
    )
    known = {"101", "102", "103", "104", "105", "106", "107"}
    with quiet.database.session() as session:
        assert changes.of_events(session, known, after=0) == known - {"107"}
        assert changes.of_events(session, known, after=_last(session)) == frozenset()


def test_a_flood_of_events_is_not_read(quiet: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MAX_EVENTS", 3)
    store(quiet, *(registered(str(number)) for number in range(101, 104)))
    with quiet.database.session() as session:
        assert changes.of_events(session, {"101"}, after=0) == EVERYTHING


def test_an_entry_that_appears_behind_a_later_one_is_noticed(quiet: Services) -> None:
    """As PostgreSQL may have it: ids are drawn before the commit."""
    with quiet.database.session() as session:
        for _ in range(3):
            audit.record(session, SWITCHHOOK, "changed NAT")
    with quiet.database.session() as session:
        session.exec(delete(AuditEntry).where(col(AuditEntry.id) == 2))
    with quiet.database.session() as session:
        before = changes.stamp(session)
        session.add(AuditEntry(id=2, at=now(), actor="switchhook", action="changed NAT", changes={}))
    with quiet.database.session() as session:
        assert changes.stamp(session) != before
        assert str(changes.stamp(session)) != str(before)


def _last(session: Session) -> int:
    return max(each for each in session.exec(select(Event.id)) if each is not None)


def test_on_postgresql_too_changes_are_noticed_and_stamps_are_the_same_in_each_process(
    migrated_postgresql: str,
) -> None:
    here, there = Database(migrated_postgresql), Database(migrated_postgresql)
    with here.session() as session:
        session.add_all([extension_row(number="101"), extension_row(number="102")])
        audit.record(session, SWITCHHOOK, "changed NAT")
    with here.session() as session, there.session() as other:
        before, rows = changes.stamp(session), changes.rows(session)
        other.exec(text("SET TIME ZONE 'Asia/Tokyo'"))  # type: ignore[call-overload] # SQL as it is
        assert str(changes.stamp(other)) == str(before)
    with there.session() as session:
        session.exec(update(Extension).where(col(Extension.number) == "102").values(state=State.FAILED))
    with here.session() as session:
        assert str(changes.stamp(session)) != str(before)
        assert changes.between(rows, changes.rows(session)) == {"102"}
    here.close()
    there.close()
