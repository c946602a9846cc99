"""A database that somebody else is writing to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from pbx.system import PhoneSystem


@contextmanager
def locked(system: PhoneSystem) -> Iterator[None]:
    with closing(sqlite3.connect(str(system.database.engine.url.database))) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()
