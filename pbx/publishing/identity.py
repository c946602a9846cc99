"""Reads and counts up which database this is and how often it has written, as its blocks say."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import update
from sqlmodel import col

from models.database import Database
from models.installation import ONLY, Installation
from pbx.config.managed_files import Provenance

UNKNOWN = Provenance("")


def current(database: Database) -> Provenance:
    """Return who writes a block now, and how many times it has."""
    with database.session() as session:
        row = session.get(Installation, ONLY)
        return Provenance(row.identity, row.writes) if row else UNKNOWN


def ensure(database: Database) -> Provenance:
    """Return the identity and number of writes of this database, with a new identity at the first use."""
    with database.session() as session:
        row = session.get(Installation, ONLY) or Installation()
        session.add(row)
        return Provenance(row.identity, row.writes)


def following(ours: Provenance, on_disk: Iterable[Provenance]) -> Provenance:
    """Return the next write of this database.

    One that was put back from an old copy, and takes the files over, goes on counting where they stand.
    """
    return Provenance(ours.identity, max(ours.writes, *(provenance.writes for provenance in on_disk), 0) + 1)


def next_write(database: Database, ours: Provenance, on_disk: Iterable[Provenance]) -> Provenance:
    """Count a write, before it happens: files are never ahead of the database that wrote them.

    `ours`: as it was read with the rows.
    """
    provenance = following(ours, on_disk)
    with database.session() as session:
        this = col(Installation.identity) == ours.identity
        session.exec(update(Installation).where(this).values(writes=provenance.writes))
    return provenance


def renew(database: Database) -> None:
    """Give a copy of the database a new identity: where it is restored, the files may be of a later state."""
    with database.session() as session:
        row = session.get(Installation, ONLY) or Installation()
        row.identity = str(uuid.uuid4())
        session.add(row)
