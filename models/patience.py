"""How long a unit of work waits for others that have locked what it needs."""

from __future__ import annotations

from typing import NamedTuple

from sqlmodel import Session

OPTION = "patience"  # the execution option that has it


class Patience(NamedTuple):
    """In milliseconds; 0: for ever. `statement`: for one query of PostgreSQL.

    `lock`: for what others have locked; 0 is for ever in PostgreSQL alone, which can say whom one waits for, and as long as
    usual for SQLite's file.
    """

    lock: int
    statement: int


USUAL = Patience(lock=10_000, statement=30_000)
# Of what may as well be left, such as noting that somebody has looked: nobody waits for it.
BRIEF = Patience(lock=500, statement=5_000)
# Of what goes through all rows, such as a migration: somebody watches who can end it.
ENDLESS = Patience(lock=0, statement=0)


def undo_when_idle(session: Session, milliseconds: int) -> None:
    """Have PostgreSQL undo this unit of work when its process says nothing more, as one that is frozen; SQLite cannot."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = {milliseconds}")
