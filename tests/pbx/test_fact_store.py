"""Two processes that hear the same: one stores, one stands by and takes over; on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import event as database_event
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from models.database import Database
from models.event import Event
from models.lease import LISTENER_LEASE, LOOK_SECONDS, LeaseHolder
from models.lock_out import LockOut
from pbx import history
from pbx.fact_store import FactStore
from pbx.facts import Fact
from tests.factories import (
    NOON,
    answered,
    at_time,
    ended,
    login_failed,
    moved,
    registered,
    ringing,
    unregistered,
)
from tests.models import leases, migrating
from tests.models.leases import Time

database_url, later = migrating.database_url, leases.later
locked_for_long = leases.locked_for_long
pytestmark = pytest.mark.usefixtures("locked_for_long")


@dataclass
class Process:
    """A process that follows Asterisk."""

    facts: FactStore
    holder: LeaseHolder

    @classmethod
    def of(cls, database: Database) -> Process:
        holder = LeaseHolder(database, LISTENER_LEASE)
        made = cls(FactStore(database, holder), holder)
        made.facts.begin()
        made.facts.follows(True)
        return made

    def hear(self, *facts: Fact) -> None:
        self.facts.add(facts)
        self.facts.store(at_once=True)


@pytest.fixture
def holder(database: Database) -> Process:
    made = Process.of(database)
    assert made.facts.take_over()
    return made


@pytest.fixture
def standby(database: Database, holder: Process) -> Process:
    made = Process.of(database)
    assert not made.facts.take_over()
    return made


def stored(database: Database) -> list[tuple[str, str]]:
    with database.session() as session:
        return [(row.kind.value, row.number) for row in session.exec(select(Event).order_by(col(Event.id)))]


def taken_over(standby: Process, later: Time) -> bool:
    """The holder was frozen."""
    for _ in range(12):
        later.seconds += LOOK_SECONDS
        if standby.facts.take_over():
            return True
    return False


def test_who_takes_over_stores_what_the_holder_has_not(
    database: Database, holder: Process, standby: Process, later: Time
) -> None:
    holder.hear(ringing())
    standby.hear(ringing(), answered())
    assert not standby.facts.take_over()
    holder.hear(registered("101"))
    assert stored(database) == [("ringing", "102"), ("registered", "101")]
    standby.hear(registered("101"), ended())
    assert taken_over(standby, later)
    whole = [("ringing", "102"), ("registered", "101"), ("answered", "102"), ("ended", "102")]
    assert stored(database) == whole
    holder.hear(answered(), ended(), ringing("2.1"))  # it was frozen, and hears that now
    assert stored(database) == whole
    assert not holder.facts.take_over()
    holder.holder.is_following = standby.holder.is_following = True
    standby.holder.release()
    assert holder.facts.take_over()
    assert stored(database) == [*whole, ("ringing", "102")]


def test_an_end_that_a_resync_finds_is_not_stored_where_records_have_told_of_it_meanwhile(
    database: Database, holder: Process
) -> None:
    holder.hear(ringing())
    with holder.holder.transaction() as session:
        history.store(session, [ended()], backfilled=True, gap=1)
    holder.hear(registered("101"))  # compares with the rows until then
    holder.facts.add([ended(), ended("2.1")], backfilled=True)
    holder.facts.store()
    assert stored(database) == [("ringing", "102"), ("ended", "102"), ("registered", "101"), ("ended", "102")]
    assert holder.facts.kept == []


def test_rows_may_come_before_their_facts(
    database: Database, holder: Process, standby: Process, later: Time
) -> None:
    both: list[Fact] = [ringing(), answered(), unregistered("101"), registered("101")]
    holder.hear(*both)
    assert not standby.facts.take_over()
    standby.hear(*both)
    assert taken_over(standby, later)
    assert len(stored(database)) == 4


def test_what_two_processes_make_different_facts_of_is_stored_once(
    database: Database, holder: Process, standby: Process, later: Time
) -> None:
    """For one the phone has moved, for the other it went and came; one began to listen within a call."""
    holder.hear(registered("101"), registered("102"), ringing(), answered())
    assert not standby.facts.take_over()
    holder.hear(
        moved("101", port=5061), unregistered("102", port=5060), registered("102", port=5061), ended()
    )
    standby.hear(unregistered("101"), registered("101", port=5061), moved("102", port=5061))
    standby.hear(ringing(), ended(), ended())
    assert taken_over(standby, later)
    assert len(stored(database)) == 8


def test_failed_logins_that_the_holder_counted_are_not_counted_again(
    database: Database, holder: Process, standby: Process, later: Time
) -> None:
    for process in (holder, standby):
        process.hear(*[login_failed()] * 3)
    holder.hear(login_failed())
    standby.hear(*[login_failed()] * 3)
    assert taken_over(standby, later)
    with database.session() as session:
        assert [row.count for row in history.recent(session, 9)] == [6]


def test_failed_logins_of_before_it_began_are_none_of_a_standbys(
    database: Database, holder: Process, later: Time
) -> None:
    holder.hear(*[login_failed()] * 3)
    standby = Process.of(database)
    assert not standby.facts.take_over()
    holder.hear(login_failed())
    standby.hear(login_failed(), login_failed())
    assert taken_over(standby, later)
    with database.session() as session:
        assert [row.count for row in history.recent(session, 9)] == [5]


def test_a_commit_whose_answer_was_lost_is_not_repeated(database: Database, holder: Process) -> None:
    def lose(_: object) -> None:
        raise OperationalError("COMMIT", None, ConnectionError("the server closed the connection"))

    holder.facts.add([ringing()])
    database_event.listen(database.engine, "commit", lambda connection: connection.connection.commit())
    database_event.listen(database.engine, "commit", lose)
    with pytest.raises(OperationalError):
        holder.facts.store()
    database_event.remove(database.engine, "commit", lose)
    holder.hear(answered())
    assert stored(database) == [("ringing", "102"), ("answered", "102")]


def test_a_phone_that_was_locked_out_is_told_so_whoever_takes_over(
    database: Database, holder: Process, standby: Process, later: Time
) -> None:
    holder.hear(registered("101", at=NOON - 10))
    with database.session() as session:
        session.add(LockOut(number="101", at=at_time(NOON)))
    standby.hear(registered("101", at=NOON - 10), unregistered("101"))  # a resync found it gone
    assert taken_over(standby, later)
    with database.session() as session:
        assert [row.reason for row in history.recent(session, 9)] == ["locked out", ""]
    assert standby.facts.apply_lock_outs(backfilled=False) == []


def test_who_does_not_follow_asterisk_gives_the_lease_to_who_does(
    database: Database, holder: Process, standby: Process
) -> None:
    standby.hear(ringing())
    holder.facts.follows(False)
    assert standby.facts.take_over()
    assert standby.facts.must_resync
    assert stored(database) == [("ringing", "102")]
    holder.facts.follows(True)
    assert not holder.facts.take_over()
