"""One holder at a time, whatever clocks and processes do; on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import update

from models import lease
from models.database import Database
from models.event import Event, EventKind
from models.lease import LEASE_TIME, LISTENER_LEASE, LOOK_SECONDS, Lease, LeaseHolder
from models.types import now
from tests.models import leases, migrating
from tests.models.leases import Time, owner, renews
from tests.server import PROJECT
from tests.waiting import wait_for

SECONDS = LEASE_TIME.total_seconds()


database_url, later = migrating.database_url, leases.later
locked_for_long = leases.locked_for_long


def test_one_holder_at_a_time_may_acquire_a_lease_again_and_again(database: Database) -> None:
    one, two = LeaseHolder(database, LISTENER_LEASE), LeaseHolder(database, LISTENER_LEASE)
    assert one.name != two.name
    assert [one.acquire(), two.acquire(), one.acquire()] == [True, False, True]
    assert (renews(one), renews(two)) == (True, False)
    assert owner(database)[0] == one.name


def test_two_leases_are_held_independently(database: Database) -> None:
    assert LeaseHolder(database, LISTENER_LEASE).acquire()
    assert LeaseHolder(database, "another").acquire()


def test_a_lease_that_is_not_renewed_is_taken_over_and_its_first_holder_hears_so(
    database: Database, later: Time
) -> None:
    one, two = LeaseHolder(database, LISTENER_LEASE), LeaseHolder(database, LISTENER_LEASE)
    assert one.acquire()
    assert not two.acquire()
    assert not later.pass_for(two, SECONDS - LOOK_SECONDS)
    assert later.pass_for(two, 2 * LOOK_SECONDS)
    assert not renews(one)
    assert not one.has_it
    assert not one.acquire()


def test_postgresql_gives_up_what_a_frozen_holder_has_begun_to_write(migrated_postgresql: str) -> None:
    database = Database(migrating.copy_of(migrated_postgresql))
    one, two = LeaseHolder(database, LISTENER_LEASE), LeaseHolder(database, LISTENER_LEASE)
    assert one.acquire()
    with pytest.raises(OperationalError), one.transaction():  # and says nothing more for a while
        wait_for(two.acquire)
    assert two.has_it
    assert not renews(one)
    database.close()


def test_a_lease_that_is_renewed_in_time_is_never_taken_over(database: Database, later: Time) -> None:
    one, two = LeaseHolder(database, LISTENER_LEASE), LeaseHolder(database, LISTENER_LEASE)
    assert one.acquire()
    for _ in range(10):
        assert not later.pass_for(two, SECONDS - LOOK_SECONDS)
        assert renews(one)


def test_after_a_time_when_everything_stood_still_the_holder_has_time_to_renew(
    database: Database, later: Time
) -> None:
    """A machine that was suspended, say, or a database that was away for all."""
    one, two = LeaseHolder(database, LISTENER_LEASE), LeaseHolder(database, LISTENER_LEASE)
    assert one.acquire()
    assert not two.acquire()
    later.seconds += 100 * SECONDS
    assert not two.acquire()
    assert renews(one)
    assert not later.pass_for(two, SECONDS - LOOK_SECONDS)


def test_a_lease_that_was_not_renewed_while_nobody_wanted_it_can_still_be_renewed(
    database: Database, later: Time
) -> None:
    one = LeaseHolder(database, LISTENER_LEASE)
    assert one.acquire()
    later.seconds += 5 * SECONDS
    assert renews(one)
    assert not LeaseHolder(database, LISTENER_LEASE).acquire()


# Its monotonic clock stands still: on a busy machine, LEASE_TIME may pass between two of its tries.
WITH_ANOTHER_CLOCK = """
import datetime, sys, types as python
from models import lease, types
right = types.now
lease.now = types.now = lambda: right() + datetime.timedelta(hours=float(sys.argv[2]))
lease.time = python.SimpleNamespace(monotonic=lambda: 0.0)
from models.database import Database
holder = lease.LeaseHolder(Database(sys.argv[1]), "listener")
print(any(holder.acquire() for _ in range(5)))
"""


@pytest.mark.parametrize("hours", [1, -1])
def test_a_process_whose_clock_is_wrong_does_not_take_over_a_held_lease(
    database: Database, database_url: str, hours: int
) -> None:
    one = LeaseHolder(database, LISTENER_LEASE)
    assert one.acquire()
    command = [sys.executable, "-c", WITH_ANOTHER_CLOCK, database_url, str(hours)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False\n", "")
    assert renews(one)


@pytest.mark.parametrize("hours", [3, -3])
def test_a_clock_that_is_set_while_it_runs_neither_frees_a_lease_nor_keeps_a_dead_holders(
    database: Database, later: Time, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    dead, two = LeaseHolder(database, LISTENER_LEASE), LeaseHolder(database, LISTENER_LEASE)
    assert dead.acquire()
    assert not two.acquire()
    monkeypatch.setattr(lease, "now", lambda: now() + timedelta(hours=hours))
    assert renews(dead)
    assert not two.acquire()
    assert later.pass_for(two, SECONDS + LOOK_SECONDS)


def test_a_released_lease_is_free_at_once_and_only_its_holder_can_release_it(database: Database) -> None:
    one, two, three = (LeaseHolder(database, LISTENER_LEASE) for _ in range(3))
    assert one.acquire()
    one.release()
    assert two.acquire()
    one.release()
    assert not three.acquire()
    assert renews(two)


@pytest.mark.usefixtures("locked_for_long")
def test_who_releases_it_too_returns_when_it_is_free(database: Database) -> None:
    one = LeaseHolder(database, LISTENER_LEASE)
    assert one.acquire()
    with ThreadPoolExecutor(2) as pool:
        with database.session() as session:
            session.exec(update(Lease).values(is_following=True))  # nobody else can write
            both = [pool.submit(one.release) for _ in range(2)]
            assert wait(both, timeout=0.5).done == set()
        for each in both:
            each.result()
    assert LeaseHolder(database, LISTENER_LEASE).acquire()


def test_of_many_at_the_same_moment_one_acquires_it(database: Database) -> None:
    everybody = [LeaseHolder(database, LISTENER_LEASE) for _ in range(8)]
    start = threading.Barrier(len(everybody))

    def acquire(holder: LeaseHolder) -> bool:
        start.wait()
        return holder.acquire()

    with ThreadPoolExecutor(len(everybody)) as pool:
        acquired = list(pool.map(acquire, everybody))
    assert acquired.count(True) == 1
    assert owner(database)[0] == everybody[acquired.index(True)].name


@pytest.mark.usefixtures("locked_for_long")
def test_a_transaction_of_the_holder_blocks_a_takeover(database: Database, later: Time) -> None:
    """What the holder writes is committed before another can be the holder: their writes do not mix."""
    one, two = LeaseHolder(database, LISTENER_LEASE), LeaseHolder(database, LISTENER_LEASE)
    assert one.acquire()
    assert not two.acquire()
    assert not later.pass_for(two, SECONDS - LOOK_SECONDS)
    later.seconds += LOOK_SECONDS
    with ThreadPoolExecutor(1) as pool:
        with one.transaction():
            attempt = pool.submit(two.acquire)
            with pytest.raises(TimeoutError):
                attempt.result(timeout=0.3)
        assert attempt.result(timeout=60) is False
    assert renews(one)


@pytest.mark.usefixtures("locked_for_long")
def test_ids_become_visible_in_their_order(database: Database) -> None:
    """Readers that remember the last id rely on it: a holder draws ids with the lease's row locked."""
    one = LeaseHolder(database, LISTENER_LEASE)
    assert one.acquire()
    again = LeaseHolder(database, LISTENER_LEASE)
    again.name = one.name  # without the lock that threads of one process wait for

    def add(holder: LeaseHolder) -> int | None:
        with holder.transaction() as session:
            session.add(row := Event(at=now(), kind=EventKind.RINGING))
            session.flush()
            return row.id

    with ThreadPoolExecutor(1) as pool:
        with one.transaction() as session:
            session.add(first := Event(at=now(), kind=EventKind.RINGING))
            session.flush()
            attempt = pool.submit(add, again)
            with pytest.raises(TimeoutError):
                attempt.result(timeout=0.3)
        assert attempt.result(timeout=60) == (first.id or 0) + 1


def test_a_transaction_that_fails_has_not_renewed_the_lease(database: Database) -> None:
    one = LeaseHolder(database, LISTENER_LEASE)
    assert one.acquire()
    before = owner(database)

    def crash() -> None:
        with one.transaction():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        crash()
    assert owner(database) == before
