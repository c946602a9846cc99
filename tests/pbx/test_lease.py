"""One holder at a time, whatever clocks and processes do; on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models.database import Database
from models.lease import Lease
from models.types import now
from pbx import lease
from pbx.lease import LEASE_TIME, Holder, LeaseLost
from tests.running import migrate

NAME = "listener"


@pytest.fixture(scope="module")
def migrated_postgresql(postgresql: str) -> str:
    migrate(postgresql)
    return postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, database_url: str) -> str:
    if request.param == "sqlite":
        return database_url
    url: str = request.getfixturevalue("migrated_postgresql")
    database = Database(url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM lease")
    database.close()
    return url


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[timedelta]]:
    """Its one item is how far the clock is from the true time."""
    ahead = [timedelta(0)]
    monkeypatch.setattr(lease, "now", lambda: now() + ahead[0])
    return ahead  # type: ignore[return-value]


def renews(holder: Holder, database: Database) -> bool:
    try:
        holder.keep(database, NAME)
    except LeaseLost:
        return False
    return True


def owner(database: Database) -> tuple[str, datetime]:
    with database.session() as session:
        row = session.exec(select(Lease)).one()
        return row.holder, row.expires_at


def test_one_has_it_at_a_time_and_takes_it_again_and_again(database: Database) -> None:
    one, two = Holder(), Holder()
    assert one.name != two.name
    assert [one.take(database, NAME), two.take(database, NAME), one.take(database, NAME)] == [
        True,
        False,
        True,
    ]
    assert (renews(one, database), renews(two, database)) == (True, False)
    assert owner(database)[0] == one.name


def test_two_leases_are_held_independently(database: Database) -> None:
    assert Holder().take(database, NAME)
    assert Holder().take(database, "another")


def test_an_expired_one_is_taken_over_and_its_first_holder_learns_of_it(
    database: Database, later: list[timedelta]
) -> None:
    one, two = Holder(), Holder()
    assert one.take(database, NAME)
    later[0] = LEASE_TIME - timedelta(seconds=1)
    assert not two.take(database, NAME)
    later[0] = LEASE_TIME + timedelta(seconds=1)
    assert two.take(database, NAME)
    assert not renews(one, database)
    assert not one.take(database, NAME)


def test_what_is_renewed_in_time_is_never_taken(database: Database, later: list[timedelta]) -> None:
    one, two = Holder(), Holder()
    assert one.take(database, NAME)
    for step in range(10):
        later[0] = step * LEASE_TIME / 2
        assert renews(one, database)
        assert not two.take(database, NAME)


def test_one_that_expired_while_nobody_wanted_it_can_still_be_renewed(
    database: Database, later: list[timedelta]
) -> None:
    one = Holder()
    assert one.take(database, NAME)
    later[0] = 5 * LEASE_TIME
    assert renews(one, database)


def test_after_the_clock_was_set_back_a_dead_holders_lease_does_not_last_for_hours(
    database: Database, later: list[timedelta]
) -> None:
    dead, two = Holder(), Holder()
    assert dead.take(database, NAME)
    later[0] = timedelta(hours=-3)
    assert two.take(database, NAME)
    assert not renews(dead, database)
    assert abs(owner(database)[1] - (now() + later[0] + LEASE_TIME)) < timedelta(seconds=5)


def test_what_is_given_back_is_free_at_once_and_what_is_not_ours_stays(database: Database) -> None:
    one, two, three = Holder(), Holder(), Holder()
    assert one.take(database, NAME)
    one.give_back(database, NAME)
    assert two.take(database, NAME)
    one.give_back(database, NAME)
    assert not three.take(database, NAME)
    assert renews(two, database)


def test_of_many_at_the_same_moment_one_gets_it(database: Database) -> None:
    everybody = [Holder() for _ in range(8)]
    start = threading.Barrier(len(everybody))

    def take(holder: Holder) -> bool:
        start.wait()
        return holder.take(database, NAME)

    with ThreadPoolExecutor(len(everybody)) as pool:
        taken = list(pool.map(take, everybody))
    assert taken.count(True) == 1
    assert owner(database)[0] == everybody[taken.index(True)].name


def test_a_transaction_of_the_holder_holds_off_who_would_take_over(
    database: Database, later: list[timedelta]
) -> None:
    """What the holder writes is committed before another can be the holder: their writes do not mix."""
    one, two = Holder(), Holder()
    assert one.take(database, NAME)
    later[0] = 2 * LEASE_TIME
    with ThreadPoolExecutor(1) as pool:
        with database.session() as session:
            one.renew(session, NAME)
            attempt = pool.submit(two.take, database, NAME)
            with pytest.raises(TimeoutError):
                attempt.result(timeout=0.3)
        assert attempt.result(timeout=30) is False
    assert renews(one, database)


def test_a_transaction_that_fails_has_not_renewed(database: Database, later: list[timedelta]) -> None:
    one = Holder()
    assert one.take(database, NAME)
    before = owner(database)
    later[0] = LEASE_TIME / 2

    def crash() -> None:
        with database.session() as session:
            one.renew(session, NAME)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        crash()
    assert owner(database) == before
