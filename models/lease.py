"""The lease table, and the lease: one listener at a time, over any number of processes.

No two clocks are compared, as they may differ or be set while this runs: whoever would have the lease looks whether
its holder still renews it, and takes it over after LEASE_TIME without, by a monotonic clock of their own.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col

from models.database import Database
from models.types import UtcDateTime, now


class Lease(SQLModel, table=True):
    """`holder` is empty when nobody has it. `renewed_at` is by the holder's clock, which may be wrong: others only
    look whether it changes."""

    name: str = Field(primary_key=True, max_length=32)
    holder: str = Field(max_length=64)
    renewed_at: datetime = Field(sa_type=UtcDateTime)


LEASE_TIME = timedelta(seconds=10)
NOBODY = ""


class LeaseLost(Exception):
    """Another process has the lease: stop, and store nothing more."""


class Renewals:
    """Of one lease, as they are seen coming: by the clock of this process alone, as no two agree."""

    def __init__(self) -> None:
        self._last: tuple[str, datetime] | None = None  # who, and when by their clock
        self._since = time.monotonic()
        self._goes_on = False

    def go_on(self, row: Lease | None, patience: timedelta = LEASE_TIME) -> bool | None:
        """Whether somebody renews it, now that it was read; `patience`: how long none may be seen.

        None: it is too early to say, as it may be the lease of somebody who is long gone.
        """
        if row and (renewal := (row.holder, row.renewed_at)) != self._last:
            self._goes_on = self._last is not None and row.holder != NOBODY
            self._last, self._since = renewal, time.monotonic()
        if time.monotonic() - self._since > patience.total_seconds():
            self._goes_on = False
            return False
        return self._goes_on or None


class Holder:
    """This process, as one that may hold leases."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:24]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._writing = threading.Lock()
        self._renewals: defaultdict[str, Renewals] = defaultdict(Renewals)  # by others

    def take(self, database: Database, lease: str) -> bool:
        """Takes a lease that is free, ours already, or not renewed for LEASE_TIME; whether we have it."""
        with database.session() as session:
            row = session.get(Lease, lease)
        if row is None:
            return self._begin(database, lease)
        if row.holder not in (NOBODY, self.name) and self._renewals[lease].go_on(row) is not False:
            return False
        as_seen = and_(col(Lease.holder) == row.holder, col(Lease.renewed_at) == row.renewed_at)
        free = col(Lease.name) == lease, or_(col(Lease.holder) == self.name, as_seen)
        with database.session() as session:
            return bool(session.exec(update(Lease).where(*free).values(self._values())).rowcount)

    def _begin(self, database: Database, lease: str) -> bool:
        try:
            with database.session() as session:
                session.add(Lease(name=lease, holder=self.name, renewed_at=now()))
        except IntegrityError:
            return False
        return True

    @contextmanager
    def writing(self, database: Database, lease: str) -> Iterator[Session]:
        """A transaction that only the holder may make. Raises LeaseLost.

        Threads wait for each other here, as SQLite would have them look again and again whether it is free.
        """
        with self._writing, database.session() as session:
            self.renew(session, lease)
            yield session

    def renew(self, session: Session, lease: str) -> None:
        """The beginning of such a transaction. Raises LeaseLost."""
        ours = col(Lease.name) == lease, col(Lease.holder) == self.name
        if not session.exec(update(Lease).where(*ours).values(self._values())).rowcount:
            raise LeaseLost(f"another process has become the {lease}")

    def keep(self, database: Database, lease: str) -> None:
        """To be called far more often than each LEASE_TIME. Raises LeaseLost."""
        with self.writing(database, lease):
            pass

    def give_back(self, database: Database, lease: str) -> None:
        """So that another process need not wait until it is sure that nobody renews it."""
        ours = col(Lease.name) == lease, col(Lease.holder) == self.name
        with database.session() as session:
            session.exec(update(Lease).where(*ours).values(holder=NOBODY))

    def _values(self) -> dict[str, datetime | str]:
        return {"holder": self.name, "renewed_at": now()}
