"""Which database this is, as the blocks that it writes say."""

from __future__ import annotations

import uuid

from models.database import Database
from models.installation import ONLY, Installation

NONE_YET = ""


def current(database: Database) -> str:
    with database.session() as session:
        row = session.get(Installation, ONLY)
        return row.identity if row else NONE_YET


def ensure(database: Database) -> str:
    """The same, made at the first use."""
    with database.session() as session:
        row = session.get(Installation, ONLY) or Installation()
        session.add(row)
        return row.identity


def renew(database: Database) -> None:
    """Before its rows are restored elsewhere: the files may be of a later state than they."""
    with database.session() as session:
        row = session.get(Installation, ONLY) or Installation()
        row.identity = str(uuid.uuid4())
        session.add(row)
