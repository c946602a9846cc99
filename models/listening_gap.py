"""The followed and listening_gap tables: until when Asterisk was followed, and the times in which nobody did.

A gap is stored in the transaction in which somebody follows Asterisk again. Then its calls are looked for in Asterisk's own
records, and it is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from models.types import UtcDateTime


class Followed(SQLModel, table=True):
    """One row. All that Asterisk said of calls before `until` is stored."""

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    until: datetime = Field(sa_type=UtcDateTime)


class ListeningGap(SQLModel, table=True):
    """One time in which nobody followed Asterisk.

    `after_event`: the last event before it was stored. `going_on`: what the channels that were up at its end are known by;
    their calls are the listener's. `unfinished`: the Linkedids of calls that ended in it without anybody seeing how.
    `problem`: why calls of it are unknown, or more than are stored may have been; "": they are known. `ahead`: by how many
    seconds Asterisk's clock was ahead of the one that has `until`, which may be set later; None: it is not known.
    """

    __tablename__ = "listening_gap"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    after_event: int
    going_on: list[str] = Field(sa_column=Column(JSON, nullable=False))
    unfinished: list[str] = Field(sa_column=Column(JSON, nullable=False))
    look_at: datetime = Field(sa_type=UtcDateTime)  # when its calls are looked for next
    filled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    problem: str = ""
    ahead: float | None = None
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def followed_until(session: Session) -> datetime | None:
    row = session.get(Followed, 1)
    return row.until if row else None


def note_followed(session: Session, until: datetime) -> None:
    """Note until when all that Asterisk said is stored; a clock that was set may take it back."""
    session.merge(Followed(until=until))


def unfilled(session: Session) -> ListeningGap | None:
    """Return the oldest gap whose calls are still to be looked for."""
    return session.exec(_first().where(col(ListeningGap.filled_at).is_(None))).first()


def unfinished(session: Session) -> set[str]:
    """Return the Linkedids of calls whose end is still to be looked for."""
    waiting = select(ListeningGap.unfinished).where(col(ListeningGap.filled_at).is_(None))
    return {linkedid for some in session.exec(waiting) for linkedid in some}


def untold(session: Session) -> ListeningGap | None:
    """Return the oldest gap whose calls are stored, if they are, and not told."""
    filled = col(ListeningGap.filled_at).is_not(None), col(ListeningGap.told_at).is_(None)
    return session.exec(_first().where(*filled)).first()


def _first() -> SelectOfScalar[ListeningGap]:
    return select(ListeningGap).order_by(col(ListeningGap.id)).limit(1)


def overlapping(session: Session, since: datetime, until: datetime) -> Sequence[ListeningGap]:
    """Return the gaps that have a part of that time."""
    here = col(ListeningGap.since) < until, col(ListeningGap.until) > since
    return session.exec(select(ListeningGap).where(*here)).all()


def forget(session: Session, before: datetime) -> None:
    """Delete those that were told and ended before then."""
    old = col(ListeningGap.until) < before, col(ListeningGap.told_at).is_not(None)
    session.exec(delete(ListeningGap).where(*old))
