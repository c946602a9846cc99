"""Databases that can be read, and not written: another process has the write lock, or they are read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import event

from pbx.services import Services


@contextmanager
def write_locked(services: Services) -> Iterator[None]:
    with closing(sqlite3.connect(str(services.database.engine.url.database), timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


@contextmanager
def read_only(services: Services) -> Iterator[None]:
    """As on a disk that is full, or mounted read-only."""
    engine = services.database.engine

    def refuse(connection: sqlite3.Connection, _entry: object) -> None:
        connection.execute("PRAGMA query_only=1")

    event.listen(engine, "connect", refuse)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", refuse)
        engine.dispose()
