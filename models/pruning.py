"""Old rows go in small steps, so that no writer is blocked for long."""

from __future__ import annotations

import time

from sqlalchemy import ColumnElement, Delete, inspect, tuple_
from sqlmodel import SQLModel, delete, select

from models.database import Database

AT_ONCE = 1000  # rows
PAUSE_SECONDS = 0.05  # in which others get to write


def prune(database: Database, table: type[SQLModel], *where: ColumnElement[bool]) -> None:
    """Delete all rows of which `where` is so, and pause after every AT_ONCE of them."""
    while _delete_some(database, table, *where) == AT_ONCE:
        time.sleep(PAUSE_SECONDS)


def _delete_some(database: Database, table: type[SQLModel], *where: ColumnElement[bool]) -> int:
    """Delete at most AT_ONCE rows; return how many."""
    with database.session() as session:
        return session.exec(_step(table, *where)).rowcount


def _step(table: type[SQLModel], *where: ColumnElement[bool]) -> Delete:
    """`where` twice: a row that is changed meanwhile stays."""
    key = inspect(table).primary_key
    return delete(table).where(tuple_(*key).in_(select(*key).where(*where).limit(AT_ONCE)), *where)
