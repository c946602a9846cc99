"""Whether the database can be written: one that is full, locked or read-only can still be read."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from models.database import Database
from models.lease import NOBODY, Lease
from models.patience import Patience
from models.types import now

PROBE = "readyz"  # the name of a row that means nothing
EVERY = timedelta(seconds=5)


def write(database: Database, patience: Patience) -> None:
    """Write a row that means nothing, unless that was done within EVERY. Raises SQLAlchemyError."""
    at = now()
    # Another process may write it at the same moment.
    with suppress(IntegrityError), database.session(patience) as session:
        row = session.get(Lease, PROBE)
        if not row or abs(at - row.renewed_at) > EVERY:
            session.merge(Lease(name=PROBE, holder=NOBODY, renewed_at=at))
