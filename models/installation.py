"""The installation table: which database this is. It has one row, from the first publish on."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import UtcDateTime

ONLY = 1


class Installation(SQLModel, table=True):
    """`identity` names the database in the files that it writes.

    It stays when a database is moved; a restored one gets a new identity, as the files may be of a later state.
    """

    id: int = Field(default=ONLY, primary_key=True, sa_column_kwargs={"autoincrement": False})
    writes: int = 0  # how many times it has written the files
    identity: str = Field(default_factory=lambda: str(uuid.uuid4()), max_length=36)
    ticks: int = 0  # grows every few seconds while a listener runs: an older state of this database has fewer
    # When it was noticed that an older state was put back; None: nobody has to settle anything
    put_back_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    as_of: datetime | None = Field(default=None, sa_type=UtcDateTime)  # of when that state is
    # Until when another state of it has told people what happened; None: no other has
    told_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
