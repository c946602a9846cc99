"""The web_session table: who is signed in on the web page, a row for each browser. The token itself is in its cookie alone."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import JSON, Column, ColumnElement, and_, func, not_
from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from models import pruning
from models.actor import Actor
from models.database import Database
from models.types import UtcDateTime, now

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
MOST = 20  # of one person; with one more, that which was not seen for longest ends


class WebSession(SQLModel, table=True):
    """One browser of one person. `actor`: as Actor.__str__() has it; `name`: as the page greets them."""

    __tablename__ = "web_session"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True, max_length=64, repr=False)
    actor: str = Field(index=True, max_length=100)
    name: str = Field(max_length=255)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    seen_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    # What is to be said on the next page that this browser shows, as (kind, sentence)
    notices: list[tuple[str, str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


def hashed(token: str) -> str:
    """Return what the database has of a token: whoever reads it there cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(session: Session, actor: Actor, name: str) -> str:
    """Sign somebody in and return their token."""
    theirs = select(WebSession.id).where(*_of(actor)).order_by(col(WebSession.seen_at).desc())
    too_many = session.exec(theirs.offset(MOST - 1)).all()
    session.exec(delete(WebSession).where(col(WebSession.id).in_(too_many)))
    token = secrets.token_urlsafe(32)
    session.add(WebSession(token_hash=hashed(token), actor=str(actor), name=name))
    return token


def find(session: Session, token: str) -> WebSession | None:
    """Return the session of a token, if it has not ended."""
    return session.exec(
        select(WebSession).where(col(WebSession.token_hash) == hashed(token), *_lives())
    ).first()


def live_among(session: Session, ids: Collection[int]) -> set[int]:
    """Return those that have not ended; for answers that last, such as streams."""
    found = session.exec(select(WebSession.id).where(col(WebSession.id).in_(ids), *_lives()))
    return {each for each in found if each is not None}


def _lives() -> tuple[ColumnElement[bool], ...]:
    return col(WebSession.seen_at) > now() - IDLE, col(WebSession.created_at) > now() - LONGEST


def note_seen(session: Session, session_id: int) -> None:
    session.exec(update(WebSession).where(col(WebSession.id) == session_id).values(seen_at=now()))


def end(session: Session, session_id: int) -> None:
    session.exec(delete(WebSession).where(col(WebSession.id) == session_id))


def end_all(session: Session, actor: Actor | None) -> int:
    """End all sessions of somebody, wherever they are signed in, and return how many there were. None: of everybody."""
    return session.exec(delete(WebSession).where(*_of(actor))).rowcount


def count(session: Session, actor: Actor) -> int:
    """Return in how many browsers somebody is signed in."""
    found = session.exec(select(func.count()).select_from(WebSession).where(*_of(actor), *_lives()))
    return found.one()


def _of(actor: Actor | None) -> tuple[ColumnElement[bool], ...]:
    return () if actor is None else (col(WebSession.actor) == str(actor),)


def add_notice(session: Session, session_id: int, kind: str, sentence: str) -> None:
    """Keep a sentence for the next page."""
    row = session.get(WebSession, session_id, with_for_update=True)
    if row:
        row.notices = [*row.notices, (kind, sentence)]


def notices(session: Session, session_id: int) -> list[tuple[str, str]]:
    """Return what is kept for the next page."""
    kept = session.exec(select(WebSession.notices).where(col(WebSession.id) == session_id)).first()
    return [(kind, sentence) for kind, sentence in kept or ()]


def take_notices(session: Session, session_id: int) -> list[tuple[str, str]]:
    """Return what was kept for this page, once."""
    row = session.get(WebSession, session_id, with_for_update=True)
    if row is None or not row.notices:
        return []
    kept, row.notices = [(kind, sentence) for kind, sentence in row.notices], []
    return kept


def prune(database: Database) -> None:
    """Delete sessions that have ended by themselves."""
    pruning.prune(database, WebSession, not_(and_(*_lives())))
