"""The engine and its sessions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, text

SQLITE_BUSY_MS = 10_000


class Database:
    """One database, SQLite or PostgreSQL, named by a URL."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A short unit of work: committed at the end, rolled back on an exception.

        Objects read in it stay readable afterwards, as a snapshot.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    def ping(self) -> None:
        """Raises sqlalchemy.exc.SQLAlchemyError when the database does not answer, or has no tables yet."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT version_num FROM alembic_version"))

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection | Any, _entry: ConnectionPoolEntry) -> None:
    """WAL lets the web and the listener read while one of them writes."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
    connection.execute("PRAGMA foreign_keys=ON")
