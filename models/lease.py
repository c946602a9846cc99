"""The lease table, and the lease: one listener at a time, over any number of processes.

Clocks of two machines may differ, or be set while this runs, and so they are never compared: who wants the lease
watches whether it is renewed, and acquires it after LEASE_TIME without a renewal by their own monotonic clock. Where
the holder's process id means something, as on the same machine, one that was killed is not waited for.
"""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import and_, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col

from models.database import Database
from models.types import UtcDateTime, now


class Lease(SQLModel, table=True):
    """One lease. `holder` is empty when nobody has it.

    `renewed_at` is by the holder's clock, which may be wrong: others only look whether it changes.
    """

    name: str = Field(primary_key=True, max_length=32)
    holder: str = Field(max_length=64)
    renewed_at: datetime = Field(sa_type=UtcDateTime)


LISTENER_LEASE = "listener"
LEASE_TIME = timedelta(seconds=10)
NOBODY = ""

AsHolder = Callable[[Callable[[], object]], None]  # does a step if this process holds the lease


class LeaseLost(Exception):
    """Another process has the lease: stop, and store nothing more."""


class RenewalMonitor:
    """Watches whether one lease is renewed, by the clock of this process alone."""

    def __init__(self) -> None:
        self._last: tuple[str, datetime] | None = None  # who, and when by their clock
        self._since = time.monotonic()
        self._was_renewed = False

    def is_renewed(self, row: Lease | None, timeout: timedelta = LEASE_TIME) -> bool | None:
        """Return whether somebody renews it, given the row as it was just read; after `timeout` without, nobody does.

        None: it is too early to say, as the row may be that of a process that ended long ago.
        """
        if row and (renewal := (row.holder, row.renewed_at)) != self._last:
            self._was_renewed = self._last is not None and row.holder != NOBODY
            self._last, self._since = renewal, time.monotonic()
        if time.monotonic() - self._since > timeout.total_seconds():
            self._was_renewed = False
            return False
        return self._was_renewed or None


class LeaseHolder:
    """This process, as one that may hold a lease."""

    def __init__(self, database: Database, lease: str) -> None:
        self._database = database
        self._lease = lease
        self.name = process_name()
        self._lock = threading.Lock()
        self._others = RenewalMonitor()

    def acquire(self) -> bool:
        """Acquire the lease if it is free or ours already, its holder ended, or it was not renewed for LEASE_TIME.

        Return whether we have it.
        """
        with self._database.session() as session:
            row = session.get(Lease, self._lease)
        if row is None:
            return self._insert()
        is_held = row.holder not in (NOBODY, self.name) and not has_ended(row.holder)
        if is_held and self._others.is_renewed(row) is not False:
            return False
        as_seen = and_(col(Lease.holder) == row.holder, col(Lease.renewed_at) == row.renewed_at)
        free = col(Lease.name) == self._lease, or_(col(Lease.holder) == self.name, as_seen)
        with self._database.session() as session:
            return bool(session.exec(update(Lease).where(*free).values(self._values())).rowcount)

    def _insert(self) -> bool:
        try:
            with self._database.session() as session:
                session.add(Lease(name=self._lease, holder=self.name, renewed_at=now()))
        except IntegrityError:
            return False
        return True

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Begin a transaction that only the holder may make, and renew the lease in it. Raises LeaseLost.

        Threads of this process wait for each other here: SQLite would have them poll.
        """
        held = col(Lease.name) == self._lease, col(Lease.holder) == self.name
        with self._lock, self._database.session() as session:
            if not session.exec(update(Lease).where(*held).values(self._values())).rowcount:
                raise LeaseLost(f"another process has become the {self._lease}")
            yield session

    def renew(self) -> None:
        """Renew the lease; to be called several times within LEASE_TIME. Raises LeaseLost."""
        with self.transaction():
            pass

    def release(self) -> None:
        """Give the lease up, so that another process need not wait for LEASE_TIME."""
        held = col(Lease.name) == self._lease, col(Lease.holder) == self.name
        with self._database.session() as session:
            session.exec(update(Lease).where(*held).values(holder=NOBODY))

    def _values(self) -> dict[str, datetime | str]:
        return {"holder": self.name, "renewed_at": now()}


def process_name() -> str:
    """Return a name for a part of this process, by which has_ended() knows the process."""
    return f"{socket.gethostname()[:24]}:{os.getpid()}:{uuid.uuid4().hex[:8]}:{_process_space()}"


def has_ended(holder: str) -> bool:
    """Return whether the process of that name has certainly ended; of one whose id means nothing here, False."""
    _, pid, _, space = (*holder.rsplit(":", 3), "", "", "", "")[:4]
    if not pid.isdecimal() or not space or space != _process_space():
        return False
    try:
        os.kill(int(pid), 0)  # sends nothing
    except ProcessLookupError:
        return True
    except OSError:  # another user's
        pass
    return False


@cache
def _process_space() -> str:
    """Name where process ids mean the same: this start of this machine, this PID namespace. Empty: unknown."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()
        namespace = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return ""
    return hashlib.sha256(f"{boot}{namespace}".encode()).hexdigest()[:12]
