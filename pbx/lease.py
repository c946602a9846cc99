"""One listener at a time, over any number of processes: a lease in the database."""

from __future__ import annotations

import os
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from models.database import Database
from models.lease import Lease
from models.types import now

LEASE_TIME = timedelta(seconds=10)


class LeaseLost(Exception):
    """Another process has the lease: stop, and store nothing more."""


class Holder:
    """This process, as one that may hold leases."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:24]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._writing = threading.Lock()

    def take(self, database: Database, lease: str) -> bool:
        """Takes a lease that is free, expired or ours already; whether we have it."""
        moment = now()
        free = or_(
            col(Lease.holder) == self.name,
            col(Lease.expires_at) < moment,
            # Nobody writes so far ahead: the clock was set back since, and the holder may be gone for long.
            col(Lease.expires_at) > moment + 2 * LEASE_TIME,
        )
        with database.session() as session:
            taken = update(Lease).where(col(Lease.name) == lease, free).values(self._values(moment))
            if session.exec(taken).rowcount:
                return True
        return self._begin(database, lease, moment)

    def _begin(self, database: Database, lease: str, moment: datetime) -> bool:
        try:
            with database.session() as session:
                session.add(Lease(name=lease, holder=self.name, expires_at=moment + LEASE_TIME))
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
        if not session.exec(update(Lease).where(*ours).values(self._values(now()))).rowcount:
            raise LeaseLost(f"another process has become the {lease}")

    def keep(self, database: Database, lease: str) -> None:
        """To be called more often than it expires. Raises LeaseLost."""
        with self.writing(database, lease):
            pass

    def give_back(self, database: Database, lease: str) -> None:
        """So that another process need not wait until it expires."""
        ours = col(Lease.name) == lease, col(Lease.holder) == self.name
        with database.session() as session:
            session.exec(update(Lease).where(*ours).values(expires_at=now() - timedelta(seconds=1)))

    def _values(self, moment: datetime) -> dict[str, object]:
        return {"holder": self.name, "expires_at": moment + LEASE_TIME}
