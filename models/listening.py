"""The listening_span table: when somebody listened to Asterisk. What lies between its rows is unknown in reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, delete, select

from models.types import UtcDateTime


class ListeningSpan(SQLModel, table=True):
    """One time without a gap. `until`: when it was noted last."""

    __tablename__ = "listening_span"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)


def last(session: Session) -> ListeningSpan | None:
    return session.exec(select(ListeningSpan).order_by(col(ListeningSpan.id).desc()).limit(1)).first()


def spans(session: Session) -> Sequence[ListeningSpan]:
    """Return all, in order."""
    return session.exec(select(ListeningSpan).order_by(col(ListeningSpan.id))).all()


def forget(session: Session, before: datetime) -> None:
    """Delete those that ended before then."""
    session.exec(delete(ListeningSpan).where(col(ListeningSpan.until) < before))


def forget_ahead(session: Session, at: datetime) -> None:
    """Delete those that begin later than now: a clock was ahead then."""
    session.exec(delete(ListeningSpan).where(col(ListeningSpan.since) > at))
