"""Which database this is and how far it has come, as the blocks that it writes say."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import update
from sqlmodel import col

from models.database import Database
from models.installation import ONLY, Installation
from pbx.config.managed_files import Provenance

NONE_YET = Provenance("")


def current(database: Database) -> Provenance:
    with database.session() as session:
        row = session.get(Installation, ONLY)
        return Provenance(row.identity, row.writes) if row else NONE_YET


def ensure(database: Database) -> Provenance:
    """The same, made at the first use."""
    with database.session() as session:
        row = session.get(Installation, ONLY) or Installation()
        session.add(row)
        return Provenance(row.identity, row.writes)


def next_write(database: Database, ours: Provenance, on_disk: Iterable[Provenance]) -> Provenance:
    """Count a write, before it happens: files are never ahead of the database that wrote them.

    `ours`: as it was read with the rows. A database that was put back from an old copy, and takes the files over, goes
    on counting where they stand.
    """
    provenance = Provenance(
        ours.identity, max(ours.writes, *(provenance.writes for provenance in on_disk), 0) + 1
    )
    with database.session() as session:
        this = col(Installation.identity) == ours.identity
        session.exec(update(Installation).where(this).values(writes=provenance.writes))
    return provenance


def renew(database: Database) -> None:
    """Before its rows are restored elsewhere: the files may be of a later state than they."""
    with database.session() as session:
        row = session.get(Installation, ONLY) or Installation()
        row.identity = str(uuid.uuid4())
        session.add(row)
