"""Which numbers are Switchhook's. Every event of a phone or call asks, so the answer is cached."""

from __future__ import annotations

import time

from sqlalchemy import ColumnElement, and_, not_
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from models.database import Database
from models.extension import Extension, State

CACHE_SECONDS = 5.0
# A phone of a number that was refused, with nothing to fall back to, is somebody else's.
IS_MANAGED: ColumnElement[bool] = not_(
    and_(col(Extension.state) == State.FAILED, col(Extension.last_verified).is_(None))
)


class ManagedNumbers:
    """Says whether a number is an extension of ours. A new one is known at once, a deleted one after CACHE_SECONDS."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers: frozenset[str] = frozenset()
        self._read_at = -CACHE_SECONDS

    def __call__(self, number: str) -> bool:
        try:
            if time.monotonic() - self._read_at > CACHE_SECONDS:
                self._read()
            elif number not in self._numbers and self._is_new(number):
                self._numbers |= {number}
        except OperationalError:
            pass  # the database does not answer: the cache has to do
        return number in self._numbers

    def _read(self) -> None:
        with self._database.session() as session:
            self._numbers = frozenset(session.exec(select(Extension.number).where(IS_MANAGED)))
        self._read_at = time.monotonic()

    def _is_new(self, number: str) -> bool:
        with self._database.session() as session:
            this = select(Extension.id).where(Extension.number == number, IS_MANAGED)
            return session.exec(this).first() is not None
