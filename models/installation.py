"""The installation table: which database this is. It has one row, from the first publish on."""

from __future__ import annotations

import uuid

from sqlmodel import Field, SQLModel

ONLY = 1


class Installation(SQLModel, table=True):
    """`identity` names the database in the files that it writes.

    It stays when a database is moved; a restored one gets a new identity, as the files may be of a later state.
    """

    id: int = Field(default=ONLY, primary_key=True, sa_column_kwargs={"autoincrement": False})
    writes: int = 0  # how many times it has written the files
    identity: str = Field(default_factory=lambda: str(uuid.uuid4()), max_length=36)
