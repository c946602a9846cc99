"""The open_home table: whose App Home is kept up to date, and what Slack has of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, delete, select

from models import pruning
from models.database import Database
from models.types import UtcDateTime, now

KEPT_FRESH = timedelta(hours=1)  # after it was last opened, or a button in it was pressed
MAX_SEARCH_LENGTH = 80


class OpenHome(SQLModel, table=True):
    """One person's Home. `page` and `search` are theirs: no refresh changes them.

    `digest` is of the view that Slack has, and `hash` is Slack's own mark of it; None: not known.
    """

    __tablename__ = "open_home"

    user_id: str = Field(primary_key=True, max_length=32)
    page: int = 1
    search: str = Field(default="", max_length=MAX_SEARCH_LENGTH)
    digest: str | None = Field(default=None, max_length=64)
    hash: str | None = Field(default=None, max_length=64)
    opened_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)


def find(session: Session, user_id: str) -> OpenHome | None:
    """Return the row of a Home that was opened within KEPT_FRESH."""
    row = session.get(OpenHome, user_id)
    return row if row and row.opened_at > now() - KEPT_FRESH else None


def all_open(session: Session) -> list[OpenHome]:
    """Return those that are to be kept up to date, in the order in which they were opened."""
    fresh = select(OpenHome).where(col(OpenHome.opened_at) > now() - KEPT_FRESH)
    return list(session.exec(fresh.order_by(col(OpenHome.opened_at))))


def save(database: Database, row: OpenHome) -> None:
    """Record what a person has opened, and what Slack has of it, also when they click twice at the same moment."""
    try:
        with database.session() as session:
            session.merge(row)
    except IntegrityError:
        with database.session() as session:
            session.merge(row)


def note_refreshed(session: Session, row: OpenHome, digest: str | None, hash: str | None) -> None:
    """Record what Slack has after a refresh, unless the person has opened another page meanwhile."""
    as_read = col(OpenHome.user_id) == row.user_id, col(OpenHome.hash).is_not_distinct_from(row.hash)
    session.exec(update(OpenHome).where(*as_read).values(digest=digest, hash=hash))


def forget(session: Session, user_id: str) -> None:
    session.exec(delete(OpenHome).where(col(OpenHome.user_id) == user_id))


def prune(database: Database) -> None:
    """Delete the rows of Homes that are not kept up to date any more."""
    pruning.prune(database, OpenHome, col(OpenHome.opened_at) < now() - KEPT_FRESH)
