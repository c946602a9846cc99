"""The login_link table: links that sign somebody in on the web page, once. The token itself is in the link alone."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Field, Session, SQLModel, col, delete, select

from models import pruning, web_session
from models.actor import Actor
from models.database import Database
from models.types import UtcDateTime, now
from models.web_session import hashed

GOOD_FOR = timedelta(minutes=10)
MOST = 5  # links of one person; with one more the oldest goes


class LoginLink(SQLModel, table=True):
    """One link. `actor`: as Actor.__str__() has it; `name`: as the page greets them."""

    __tablename__ = "login_link"

    token_hash: str = Field(primary_key=True, max_length=64, repr=False)
    actor: str = Field(max_length=100)
    name: str = Field(max_length=255)
    expires_at: datetime = Field(sa_type=UtcDateTime)


def make(session: Session, actor: Actor, name: str) -> str:
    """Make a link for somebody and return its token."""
    older = select(LoginLink.token_hash).where(*_of(actor)).order_by(col(LoginLink.expires_at).desc())
    too_many = session.exec(older.offset(MOST - 1)).all()
    session.exec(delete(LoginLink).where(col(LoginLink.token_hash).in_(too_many)))
    token = secrets.token_urlsafe(32)
    row = LoginLink(token_hash=hashed(token), actor=str(actor), name=name, expires_at=now() + GOOD_FOR)
    session.add(row)
    return token


def find(session: Session, token: str) -> LoginLink | None:
    """Return the link of a token, if it is still good."""
    this = col(LoginLink.token_hash) == hashed(token), col(LoginLink.expires_at) > now()
    return session.exec(select(LoginLink).where(*this)).first()


def use_up(session: Session, row: LoginLink) -> bool:
    """Return whether nobody else has used it up."""
    return bool(session.exec(delete(LoginLink).where(col(LoginLink.token_hash) == row.token_hash)).rowcount)


def end_all(session: Session, actor: Actor | None) -> int:
    """End all sessions of somebody and the links that would sign them in again; return how many sessions. None: of everybody."""
    session.exec(delete(LoginLink).where(*_of(actor)))
    return web_session.end_all(session, actor)


def prune(database: Database) -> None:
    """Delete links that are not good any more."""
    pruning.prune(database, LoginLink, col(LoginLink.expires_at) < now())


def _of(actor: Actor | None) -> tuple[ColumnElement[bool], ...]:
    return () if actor is None else (col(LoginLink.actor) == str(actor),)
