"""The engine and its sessions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from models import schema
from models.errors import DatabaseUnfit
from models.patience import OPTION, USUAL, Patience

SQLITE_BUSY_MS = USUAL.lock
CONNECT_SECONDS = 5  # for each address of a PostgreSQL server that does not answer; libpq waits two minutes


class Database:
    """One database, SQLite or PostgreSQL, named by a URL."""

    def __init__(self, url: str | URL) -> None:
        self.engine = _engine(make_url(url))

    @contextmanager
    def session(self, patience: Patience = USUAL) -> Iterator[Session]:
        """Begin a short unit of work: committed at the end, rolled back on an exception.

        Objects that were read stay readable afterwards. Raises DatabaseUnfit when the tables are not the program's,
        and other SQLAlchemyErrors.
        """
        try:
            with Session(self.engine, expire_on_commit=False) as session:
                if patience is not USUAL:
                    session.connection(execution_options={OPTION: patience})
                yield session
                session.commit()
        except (OperationalError, ProgrammingError) as error:
            if problem := self._schema_problem(error):
                raise DatabaseUnfit(problem) from None
            raise

    def _schema_problem(self, error: DBAPIError) -> str | None:
        """Return what is wrong with the tables, if that may be the cause: PostgreSQL reports it as a ProgrammingError."""
        if self.engine.dialect.name != "sqlite" and isinstance(error, OperationalError):
            return None
        try:
            return schema.problem(self.engine)
        except SQLAlchemyError:
            return None

    def close(self) -> None:
        """Close the pooled connections; the next session opens new ones."""
        self.engine.dispose()


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        connect_args = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_SECONDS}
        return _limited(
            create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=connect_args)
        )
    engine = create_engine(url, hide_parameters=True)
    if url.database:
        event.listen(engine, "do_connect", _open_existing)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _limit_sqlite)
    event.listen(engine, "checkin", _forget_limit)
    return engine


def _limited(engine: Engine) -> Engine:
    from models import postgresql  # its driver takes a while to import, and SQLite needs none

    postgresql.limit(engine, str(engine.url.query.get("options", "")))
    return engine


def _open_existing(_dialect: Any, _entry: Any, arguments: list[Any], more: dict[str, Any]) -> None:
    """Open the file only if it exists: SQLite would put an empty database in the place of one that was moved."""
    arguments[0] = f"{Path(arguments[0]).absolute().as_uri()}?mode=rw"
    more["uri"] = True


def _prepare_sqlite(connection: sqlite3.Connection | Any, _entry: ConnectionPoolEntry) -> None:
    """Set up a connection; WAL lets the web and the listener read while one of them writes."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
    connection.execute("PRAGMA foreign_keys=ON")


def _limit_sqlite(connection: Connection) -> None:
    """Have a unit of work wait as long as its option says."""
    if patience := connection.get_execution_options().get(OPTION):
        connection.info[OPTION] = patience
        connection.connection.execute(f"PRAGMA busy_timeout={patience.lock or SQLITE_BUSY_MS}")


def _forget_limit(connection: sqlite3.Connection | Any | None, entry: ConnectionPoolEntry) -> None:
    if connection and entry.info.pop(OPTION, None):
        connection.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
