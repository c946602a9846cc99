"""Which numbers are Switchhook's. Every event of a phone or call asks, so the answer is cached."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, and_, not_
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from models.database import Database
from models.extension import Extension, State

CACHE_SECONDS = 5.0
AGAIN_SECONDS = 1.0
# A phone of a number that was refused, with nothing to fall back to, is somebody else's.
IS_MANAGED: ColumnElement[bool] = not_(
    and_(col(Extension.state) == State.FAILED, col(Extension.last_verified).is_(None))
)


class ManagedNumbers:
    """Says whether a number is an extension of ours. A new one is known at once, a deleted one after CACHE_SECONDS."""

    def __init__(self, database: Database) -> None:
        """Read them. Raises SQLAlchemyError: who knew none would take every call for somebody else's."""
        self._database = database
        self._not_before = 0.0  # by time.monotonic()
        self._read()

    def __call__(self, number: str) -> bool:
        with self._patient():
            if self._is_old() or (number not in self._numbers and self._is_new(number)):
                self._read()
        return number in self._numbers

    def has_voicemail(self, number: str) -> bool:
        """Return whether it has a mailbox; that it was turned on or off counts after CACHE_SECONDS."""
        with self._patient():
            if self._is_old():
                self._read()
        return number in self._with_voicemail

    @contextmanager
    def _patient(self) -> Iterator[None]:
        """Have the cache do while the database does not answer; ask it again after AGAIN_SECONDS, as each time may take long."""
        try:
            yield
        except OperationalError:
            self._not_before = time.monotonic() + AGAIN_SECONDS

    def _is_old(self) -> bool:
        return time.monotonic() - self._read_at > CACHE_SECONDS and not self._is_away

    def _read(self) -> None:
        with self._database.session() as session:
            found = session.exec(
                select(Extension.number, Extension.voicemail_enabled).where(IS_MANAGED)
            ).all()
        self._numbers = frozenset(number for number, _ in found)
        self._with_voicemail = frozenset(number for number, enabled in found if enabled)
        self._read_at = time.monotonic()

    @property
    def _is_away(self) -> bool:
        return time.monotonic() < self._not_before

    def _is_new(self, number: str) -> bool:
        if self._is_away:
            return False
        with self._database.session() as session:
            this = select(Extension.id).where(Extension.number == number, IS_MANAGED)
            return session.exec(this).first() is not None
