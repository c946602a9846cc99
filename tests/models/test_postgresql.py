"""A PostgreSQL server that keeps somebody waiting, and what is waited for all the same."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

import models.postgresql
from models import failure, transfer
from models.database import Database
from models.patience import BRIEF, ENDLESS, OPTION, USUAL, Patience

HASTY = Patience(lock=100, statement=300)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What says nothing more is given up soon: for servers that are frozen, as others may be slow."""
    monkeypatch.setattr(models.postgresql, "GRACE_SECONDS", 0.1)
    monkeypatch.setattr(models.postgresql, "PING_SECONDS", 0.2)


@pytest.fixture
def server(postgresql: str) -> Iterator[Database]:
    opened = Database(postgresql)
    yield opened
    opened.close()


@pytest.fixture
def locked(server: Database) -> Iterator[Session]:
    """Somebody's psql, which was left open after it changed the one row of a table."""
    with server.session(ENDLESS) as session:
        run(session, "CREATE TABLE IF NOT EXISTS counted AS SELECT 1 AS value")
    with server.session(ENDLESS) as session:
        run(session, "UPDATE counted SET value = 1 RETURNING value")
        yield session


def run(session: Session, statement: str) -> Any:
    result = session.connection().exec_driver_sql(statement)
    return result.scalar() if result.returns_rows else None


def words(server: Database, statement: str) -> str:
    with pytest.raises(OperationalError) as raised, server.session(HASTY) as session:
        run(session, statement)
    return failure.describe(raised.value)


@contextmanager
def frozen(process: int) -> Iterator[None]:
    """Stop a process of the server: it says nothing more, as one whose machine is gone."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def test_what_somebody_has_locked_is_given_up_in_words_and_not_written_later(
    server: Database, locked: Session
) -> None:
    assert "another program keeps it locked" in words(server, "UPDATE counted SET value = 2")
    locked.commit()
    with server.session() as session:
        assert run(session, "SELECT value FROM counted") == 1


def test_a_server_that_is_read_only_for_a_while_is_one_that_cannot_be_written(server: Database) -> None:
    with pytest.raises(OperationalError) as raised, server.session() as session:
        run(session, "SET TRANSACTION READ ONLY; UPDATE counted SET value = 2")
    assert "it is read-only" in failure.describe(raised.value)


def test_a_query_that_takes_too_long_is_given_up_in_words(server: Database) -> None:
    assert "took too long" in words(server, "SELECT pg_sleep(20)")


@pytest.mark.usefixtures("hasty")
def test_a_server_that_falls_silent_is_given_up_in_words_and_the_next_one_asks_anew(server: Database) -> None:
    with (
        pytest.raises(OperationalError) as raised,
        server.session(HASTY) as session,
        frozen(run(session, "SELECT pg_backend_pid()")),
    ):
        run(session, "SELECT 1")
    assert "does not answer" in failure.describe(raised.value)
    with server.session() as session:
        assert run(session, "SELECT 1") == 1


@pytest.mark.usefixtures("hasty")
def test_a_connection_whose_server_fell_silent_meanwhile_is_replaced(server: Database) -> None:
    with server.session() as session:
        process = run(session, "SELECT pg_backend_pid()")
    with frozen(process), server.session() as session:
        assert run(session, "SELECT pg_backend_pid()") != process


@pytest.mark.parametrize("patience", [USUAL, BRIEF])
def test_limits_are_of_one_transaction_so_that_poolers_may_stand_between(
    server: Database, patience: Patience
) -> None:
    with server.session(patience) as session:
        assert limits(session) == {"lock_timeout": patience.lock, "statement_timeout": patience.statement}
        session.commit()
        driver = session.connection(execution_options={OPTION: ENDLESS})
        assert limits(session) == {"lock_timeout": 0, "statement_timeout": 0}
        assert "timeout" not in driver.connection.dbapi_connection.info.options  # type: ignore[union-attr] # psycopg's


def limits(session: Session) -> dict[str, int]:
    query = "SELECT json_object_agg(name, setting::int) FROM pg_settings WHERE name IN ('lock_timeout', 'statement_timeout')"
    found: dict[str, int] = run(session, query)
    return found


def test_what_database_url_sets_stays(postgresql: str) -> None:
    url = sqlalchemy.make_url(postgresql).update_query_dict({"options": "-c statement_timeout=60s"})
    opened = Database(url)
    with opened.session() as session:
        assert limits(session) == {"lock_timeout": USUAL.lock, "statement_timeout": 60_000}
    opened.close()


def test_a_backup_waits_as_long_as_it_takes(server: Database) -> None:
    with transfer._snapshot(server.engine) as connection:
        assert limits(Session(connection)) == {"lock_timeout": 0, "statement_timeout": 0}


def test_a_server_without_connections_left_is_not_said_to_be_away(postgresql: str) -> None:
    here = sqlalchemy.make_url(postgresql)
    admin = Database(here)
    with admin.engine.begin() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS crowded")
        connection.exec_driver_sql("CREATE ROLE crowded LOGIN PASSWORD 'hush' CONNECTION LIMIT 0")
    crowded = Database(here.set(username="crowded", password="hush"))
    said = words(crowded, "SELECT 1")
    with admin.engine.begin() as connection:
        connection.exec_driver_sql("DROP ROLE crowded")
    admin.close()
    assert said.startswith("the database has no connection left for us: its server runs")
