"""A lease that goes from one process to another: to whom, with what in the same transaction, and how the first hears of it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from models.database import Database
from models.event import Event, EventKind
from models.lease import LEASE_TIME, LISTENER_LEASE, LeaseHolder, LeaseLost
from models.types import now
from tests.models import leases, migrating
from tests.models.leases import Time, owner, renews

SECONDS = LEASE_TIME.total_seconds()
THREADS = 8

database_url, later = migrating.database_url, leases.later
locked_for_long = leases.locked_for_long
pytestmark = pytest.mark.usefixtures("locked_for_long")


def test_who_follows_asterisk_takes_the_lease_from_who_does_not(database: Database) -> None:
    deaf, two, three = (LeaseHolder(database, LISTENER_LEASE) for _ in range(3))
    assert deaf.acquire()
    assert not two.acquire(from_who_does_not_follow=True)
    deaf.is_following = False
    deaf.renew()
    assert not two.acquire()
    assert two.acquire(from_who_does_not_follow=True)
    assert not renews(deaf)
    assert not three.acquire(from_who_does_not_follow=True)


def test_what_is_done_on_becoming_the_holder_is_done_in_one_transaction_with_it(database: Database) -> None:
    one, two = LeaseHolder(database, LISTENER_LEASE), LeaseHolder(database, LISTENER_LEASE)

    def crash(session: Session) -> None:
        session.add(Event(at=now(), kind=EventKind.RINGING))
        session.flush()
        raise ZeroDivisionError

    for taker in (one, two):  # the row is inserted, or updated
        with pytest.raises(ZeroDivisionError):
            taker.acquire(crash)
        assert not taker.has_it
        assert taker.acquire()
        taker.release()
    with database.session() as session:
        assert session.exec(select(Event)).all() == []


def test_a_holder_that_was_frozen_learns_before_it_acts_that_another_has_the_lease(
    database: Database, later: Time
) -> None:
    frozen, two = LeaseHolder(database, LISTENER_LEASE), LeaseHolder(database, LISTENER_LEASE)
    assert frozen.acquire()
    renewed = owner(database)
    frozen.confirm()
    assert owner(database) == renewed  # just now: it need not ask
    assert not two.acquire()
    assert later.pass_for(two, SECONDS)
    with pytest.raises(LeaseLost):
        frozen.confirm()


def test_one_renewal_serves_all_threads_that_want_to_be_sure(database: Database, later: Time) -> None:
    holder, renewals = LeaseHolder(database, LISTENER_LEASE), list[str]()
    assert holder.acquire()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        renewals.append(statement)

    together = threading.Barrier(THREADS + 1)

    def confirm() -> None:
        together.wait()
        holder.confirm()

    with ThreadPoolExecutor(THREADS) as pool:
        with holder.transaction():
            later.seconds += SECONDS
            event.listen(database.engine, "before_cursor_execute", note)
            done = [pool.submit(confirm) for _ in range(THREADS)]
            together.wait()
        for each in done:
            each.result()
    assert sum(each.startswith("UPDATE lease") for each in renewals) == 1
