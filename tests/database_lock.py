"""Hold the write lock of a database, as another process would."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from pbx.services import Services


@contextmanager
def write_locked(services: Services) -> Iterator[None]:
    with closing(sqlite3.connect(str(services.database.engine.url.database))) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()
