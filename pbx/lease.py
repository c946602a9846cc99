"""One listener at a time, over any number of processes: a lease in the database.

No two clocks are compared, as they may differ or be set while this runs: whoever would have the lease looks whether
its holder still renews it, and takes it over after LEASE_TIME without, by a monotonic clock of their own.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from models.database import Database
from models.lease import Lease
from models.types import now

LEASE_TIME = timedelta(seconds=10)
NOBODY = ""

Renewal = tuple[str, datetime]  # who, and when by their clock


class LeaseLost(Exception):
    """Another process has the lease: stop, and store nothing more."""


class Holder:
    """This process, as one that may hold leases."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:24]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._writing = threading.Lock()
        self._seen: dict[str, tuple[Renewal, float]] = {}  # the last renewal by others, and since when it is

    def take(self, database: Database, lease: str) -> bool:
        """Takes a lease that is free, ours already, or not renewed for LEASE_TIME; whether we have it."""
        with database.session() as session:
            row = session.get(Lease, lease)
        if row is None:
            return self._begin(database, lease)
        if row.holder not in (NOBODY, self.name) and not self._is_abandoned(row):
            return False
        as_seen = and_(col(Lease.holder) == row.holder, col(Lease.renewed_at) == row.renewed_at)
        free = col(Lease.name) == lease, or_(col(Lease.holder) == self.name, as_seen)
        with database.session() as session:
            return bool(session.exec(update(Lease).where(*free).values(self._values())).rowcount)

    def _is_abandoned(self, row: Lease) -> bool:
        renewal = row.holder, row.renewed_at
        seen, since = self._seen.get(row.name, (None, 0.0))
        if seen != renewal:
            self._seen[row.name] = renewal, time.monotonic()
            return False
        return time.monotonic() - since > LEASE_TIME.total_seconds()

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
