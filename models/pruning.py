"""Old rows are deleted in batches, so that no writer is blocked for long."""

from __future__ import annotations

import time

from sqlalchemy import ColumnElement, Delete, inspect, tuple_
from sqlmodel import SQLModel, delete, select

from models.database import Database

BATCH_SIZE = 1000  # rows
PAUSE_SECONDS = 0.05  # others write meanwhile


def prune(database: Database, table: type[SQLModel], *where: ColumnElement[bool]) -> None:
    """Delete all rows of which `where` is so, in batches with a pause in between."""
    while _delete_some(database, table, *where) == BATCH_SIZE:
        time.sleep(PAUSE_SECONDS)


def _delete_some(database: Database, table: type[SQLModel], *where: ColumnElement[bool]) -> int:
    """Delete at most BATCH_SIZE rows; return how many."""
    with database.session() as session:
        return session.exec(_step(table, *where)).rowcount


def _step(table: type[SQLModel], *where: ColumnElement[bool]) -> Delete:
    """Return the statement. It has `where` twice: a row that is changed meanwhile stays."""
    key = inspect(table).primary_key
    return delete(table).where(tuple_(*key).in_(select(*key).where(*where).limit(BATCH_SIZE)), *where)
