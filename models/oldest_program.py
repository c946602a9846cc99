"""The oldest_program table: which programs may work on these tables, though the tables are newer than they are.

It has one row, written with each migration. A program is named by the latest migration that it knows. Migrations that add to
the tables (expansions) leave the programs before them at work; one that takes something away (a contraction) names the oldest
that goes on.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect
from sqlmodel import Field, SQLModel, col, delete, insert, select

from models.installation import ONLY

FIRST = "0037"  # the migration that made the table: no program before it works on newer tables


class OldestProgram(SQLModel, table=True):
    """`revision`: the latest migration that the oldest program knows, as its number with leading zeros."""

    __tablename__ = "oldest_program"

    id: int = Field(default=ONLY, primary_key=True, sa_column_kwargs={"autoincrement": False})
    revision: str = Field(max_length=32)


def read(connection: Connection) -> str | None:
    """Return the revision; None where the tables do not say: no program but their own may use them."""
    if not inspect(connection).has_table(OldestProgram.__tablename__):
        return None
    return connection.execute(select(OldestProgram.revision)).scalar()


def write(connection: Connection, revision: str) -> None:
    """Name the oldest program, where there is the table: before its migration, and after a downgrade, there is none."""
    if inspect(connection).has_table(OldestProgram.__tablename__) and read(connection) != revision:
        connection.execute(delete(OldestProgram).where(col(OldestProgram.id) == ONLY))
        connection.execute(insert(OldestProgram).values(id=ONLY, revision=revision))
