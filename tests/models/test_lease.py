"""One holder at a time, whatever clocks and processes do; on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models import lease
from models.database import Database
from models.event import Event, EventKind
from models.lease import LEASE_TIME, LISTENER_LEASE, Lease, LeaseHolder, LeaseLost
from models.types import now
from tests.models import migrating
from tests.server import PROJECT

SECONDS = LEASE_TIME.total_seconds()


database_url = migrating.database_url


class Time:
    """The monotonic clock that takers use, as tests set it."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Time:
    moment = Time()
    monkeypatch.setattr(lease, "time", moment)
    return moment


def renews(holder: LeaseHolder) -> bool:
    try:
        holder.renew()
    except LeaseLost:
        return False
    return True


def owner(database: Database) -> tuple[str, datetime]:
    with database.session() as session:
        row = session.exec(select(Lease)).one()
        return row.holder, row.renewed_at


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
    later.seconds += SECONDS - 1
    assert not two.acquire()
    later.seconds += 2
    assert two.acquire()
    assert not renews(one)
    assert not one.acquire()


def test_a_lease_that_is_renewed_in_time_is_never_taken_over(database: Database, later: Time) -> None:
    one, two = LeaseHolder(database, LISTENER_LEASE), LeaseHolder(database, LISTENER_LEASE)
    assert one.acquire()
    for _ in range(10):
        later.seconds += SECONDS / 2
        assert renews(one)
        assert not two.acquire()


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
    later.seconds += SECONDS + 1
    assert two.acquire()


def test_a_released_lease_is_free_at_once_and_only_its_holder_can_release_it(database: Database) -> None:
    one, two, three = (LeaseHolder(database, LISTENER_LEASE) for _ in range(3))
    assert one.acquire()
    one.release()
    assert two.acquire()
    one.release()
    assert not three.acquire()
    assert renews(two)


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


def test_a_transaction_of_the_holder_blocks_a_takeover(database: Database, later: Time) -> None:
    """What the holder writes is committed before another can be the holder: their writes do not mix."""
    one, two = LeaseHolder(database, LISTENER_LEASE), LeaseHolder(database, LISTENER_LEASE)
    assert one.acquire()
    assert not two.acquire()
    later.seconds += 2 * SECONDS
    with ThreadPoolExecutor(1) as pool:
        with one.transaction():
            attempt = pool.submit(two.acquire)
            with pytest.raises(TimeoutError):
                attempt.result(timeout=0.3)
        assert attempt.result(timeout=30) is False
    assert renews(one)


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
        assert attempt.result(timeout=30) == (first.id or 0) + 1


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


def test_a_lease_of_a_process_that_was_killed_is_acquired_at_once(database: Database) -> None:
    held = "import sys, time; from models.database import Database; from models.lease import LeaseHolder; "
    run = (
        held
        + "LeaseHolder(Database(sys.argv[1]), 'listener').acquire(); print('held', flush=True); time.sleep(60)"
    )
    url = database.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen([sys.executable, "-c", run, url], cwd=PROJECT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        taker = LeaseHolder(database, LISTENER_LEASE)
        assert not taker.acquire()
        process.kill()
    assert taker.acquire()


@pytest.mark.parametrize(
    "holder", ["", "another", "host:1:x", "host:x:y:z", "host:4194305:00000000:elsewhere0"]
)
def test_of_a_process_elsewhere_it_is_not_known_whether_it_ended(holder: str) -> None:
    assert not lease.has_ended(holder)
