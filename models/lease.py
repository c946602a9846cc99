"""The lease table, and the lease: one listener at a time stores and posts, over any number of processes.

Clocks of two machines may differ, or be set while this runs, and so they are never compared: who wants the lease
watches whether it is renewed, and acquires it after LEASE_TIME without a renewal by their own monotonic clock. Where
the holder's process id means something, as on the same machine, one that was killed is not waited for. A holder that
does not follow Asterisk, which it cannot reach, say, has to give it to a process that does.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col

from models.database import Database
from models.patience import undo_when_idle
from models.process_names import has_ended, process_name
from models.types import UtcDateTime, now


class Lease(SQLModel, table=True):
    """One lease. `holder` is empty when nobody has it.

    `renewed_at` is by the holder's clock, which may be wrong: others only look whether it changes. `is_following`:
    whether the holder follows Asterisk.
    """

    name: str = Field(primary_key=True, max_length=32)
    holder: str = Field(max_length=64)
    renewed_at: datetime = Field(sa_type=UtcDateTime)
    is_following: bool = True


LISTENER_LEASE = "listener"
LEASE_TIME = timedelta(seconds=2.2)  # with two looks and a write, another has it within three
RENEW_SECONDS = 0.5
LOOK_SECONDS = 0.25  # between two looks of who wants it
SURE_SECONDS = 1.0  # after a renewal, for which nobody else can have it
NOBODY = ""
LOCKED_MS = 2_000  # for which who says nothing more keeps the row locked, where the database can undo that

AsHolder = Callable[[Callable[[], object]], None]  # does a step if this process holds the lease
Step = Callable[[Session], None]  # of a transaction


class LeaseLost(Exception):
    """Another process has the lease: stop, and store nothing more."""


class RenewalMonitor:
    """Watches whether one lease is renewed, by the clock of this process alone."""

    def __init__(self) -> None:
        self._last: tuple[str, datetime] | None = None  # who, and when by their clock
        self._looked_at = time.monotonic()
        self.silence = 0.0  # seconds without a renewal, until the last look
        self._was_renewed = False

    def is_renewed(self, row: Lease | None, timeout: timedelta = LEASE_TIME) -> bool | None:
        """Return whether somebody renews it, given the row as it was just read; after `timeout` without, nobody does.

        None: it is too early to say, as the row may be that of a process that ended long ago. A time without looks counts
        half of `timeout` at most: where the machine stood still or the database was away, nobody could renew it.
        """
        at, limit = time.monotonic(), timeout.total_seconds()
        self.silence += min(at - self._looked_at, limit / 2)
        self._looked_at = at
        if row and (renewal := (row.holder, row.renewed_at)) != self._last:
            self._was_renewed = self._last is not None and row.holder != NOBODY
            self._last, self.silence = renewal, 0.0
        if self.silence >= limit:
            self._was_renewed = False
            return False
        return self._was_renewed or None


class LeaseHolder:
    """This process, as one that may hold a lease."""

    def __init__(self, database: Database, lease: str) -> None:
        self._database = database
        self._lease = lease
        self.name = process_name()
        self.is_following = True  # others read it with the next renewal
        self.may_take_over = False  # when it last looked, nobody had the lease, or one who has ended
        self._lock = threading.Lock()
        self._confirming = threading.Lock()
        self._others = RenewalMonitor()
        self._has_it = False
        self._renewed_at = -math.inf  # by time.monotonic(): not later than it was

    @property
    def has_it(self) -> bool:
        """Whether this process had the lease when it last wanted to know."""
        return self._has_it

    def acquire(self, then: Step | None = None, *, from_who_does_not_follow: bool = False) -> bool:
        """Acquire the lease if it is free or ours already, its holder ended, or it was not renewed for LEASE_TIME.

        Return whether we have it. `then` is done in the same transaction. `from_who_does_not_follow`: also acquire it from
        a holder that does not follow Asterisk.
        """
        with self._database.session() as session:
            row = session.get(Lease, self._lease)
        if row is None:
            self.may_take_over = True
            return self._insert(then)
        is_held = row.holder not in (NOBODY, self.name) and not has_ended(row.holder)
        self.may_take_over = not is_held
        if from_who_does_not_follow and not row.is_following:
            is_held = False
        if self._others.is_renewed(row) is not False and is_held:
            return False
        as_seen = and_(col(Lease.holder) == row.holder, col(Lease.renewed_at) == row.renewed_at)
        free = update(Lease).where(
            col(Lease.name) == self._lease, or_(col(Lease.holder) == self.name, as_seen)
        )
        return self._become(lambda session: bool(session.exec(free.values(self._values())).rowcount), then)

    def _insert(self, then: Step | None) -> bool:
        def insert(session: Session) -> bool:
            session.add(Lease(name=self._lease, **self._values()))
            session.flush()
            return True

        try:
            return self._become(insert, then)
        except IntegrityError:
            return False

    def _become(self, take: Callable[[Session], bool], then: Step | None) -> bool:
        """Become the holder in one transaction with what is to be done first, if the lease can be taken."""
        at = time.monotonic()
        with self._database.session() as session:
            undo_when_idle(session, LOCKED_MS)
            if not take(session):
                return False
            if then:
                then(session)
        self._has_it, self._renewed_at, self.may_take_over = True, at, False
        return True

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Begin a transaction that only the holder may make, and renew the lease in it. Raises LeaseLost."""
        with self._lock:  # SQLite would have threads of one process poll
            at = time.monotonic()
            with self._database.session() as session:
                self.keep(session)
                yield session
            self._renewed_at = at

    def keep(self, session: Session) -> None:
        """Renew the lease in a transaction, so that nobody else has it before that is committed. Raises LeaseLost."""
        undo_when_idle(session, LOCKED_MS)
        held = col(Lease.name) == self._lease, col(Lease.holder) == self.name
        renewal = update(Lease).where(*held).values(self._values())
        if not session.connection().execute(renewal).rowcount:  # nothing is flushed before its time
            self._lose()
            raise LeaseLost(f"another process has become the {self._lease}")

    def renew(self) -> None:
        """Renew the lease; to be called several times within LEASE_TIME. Raises LeaseLost."""
        with self.transaction():
            pass

    def confirm(self, within: float = SURE_SECONDS) -> None:
        """Renew the lease if it was not renewed in the last `within` seconds. Raises LeaseLost.

        To be called right before what no transaction takes back, such as a request to Slack: a process that was frozen
        and wakes there leaves it to who has the lease by then. One renewal serves all threads that want it meanwhile:
        one for each would have them wait for seconds where the machine is busy, and what is heard with them.
        """
        if self._was_renewed(within):
            return
        with self._confirming:
            if not self._was_renewed(within):
                self.renew()

    def _was_renewed(self, within: float) -> bool:
        return time.monotonic() - self._renewed_at <= within

    def release(self) -> None:
        """Give the lease up if we have it, so that another process need not wait for LEASE_TIME.

        Who releases it too, such as the thread that leaves what hangs, returns when it is free.
        """
        held = col(Lease.name) == self._lease, col(Lease.holder) == self.name
        with self._lock:
            if not self._has_it:
                return
            self._lose()
            with self._database.session() as session:
                session.exec(update(Lease).where(*held).values(holder=NOBODY))

    def _lose(self) -> None:
        self._has_it, self._renewed_at = False, -math.inf

    def _values(self) -> dict[str, Any]:
        return {"holder": self.name, "renewed_at": now(), "is_following": self.is_following}
