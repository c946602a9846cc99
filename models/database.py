"""The engine and its sessions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from models import schema
from models.errors import DatabaseUnfit

SQLITE_BUSY_MS = 10_000
CONNECT_SECONDS = 5  # for each address of a PostgreSQL server that says nothing; its own is two minutes


class Database:
    """One database, SQLite or PostgreSQL, named by a URL."""

    def __init__(self, url: str | URL) -> None:
        self.engine = _engine(make_url(url))

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A short unit of work: committed at the end, rolled back on an exception.

        Objects read in it stay readable afterwards, as a snapshot. Raises DatabaseUnfit when its tables are not
        the program's.
        """
        try:
            with Session(self.engine, expire_on_commit=False) as session:
                yield session
                session.commit()
        except (OperationalError, ProgrammingError) as error:
            if said := self._misfit(error):
                raise DatabaseUnfit(said) from None
            raise

    def _misfit(self, error: DBAPIError) -> str | None:
        """What is wrong with the tables, if that was the cause. (Of PostgreSQL, OperationalErrors are others.)"""
        if self.engine.dialect.name != "sqlite" and isinstance(error, OperationalError):
            return None
        try:
            return schema.trouble(self.engine)
        except SQLAlchemyError:
            return None

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        patience = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_SECONDS}
        return create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=patience)
    engine = create_engine(url, hide_parameters=True)
    if url.database:
        event.listen(engine, "do_connect", _make_no_file)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _make_no_file(_dialect: Any, _entry: Any, arguments: list[Any], more: dict[str, Any]) -> None:
    """SQLite would put an empty database in the place of one that was moved away. (Migrations make the first.)"""
    arguments[0] = f"{Path(arguments[0]).absolute().as_uri()}?mode=rw"
    more["uri"] = True


def _prepare_sqlite(connection: sqlite3.Connection | Any, _entry: ConnectionPoolEntry) -> None:
    """WAL lets the web and the listener read while one of them writes."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
    connection.execute("PRAGMA foreign_keys=ON")
