"""The login_link table: links that sign somebody in on the web page, once. The token itself is in the link alone."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, delete, select

from models.actor import Actor
from models.types import UtcDateTime, now
from models.web_session import hashed

GOOD_FOR = timedelta(minutes=10)


class LoginLink(SQLModel, table=True):
    """One link. `actor`: as Actor.__str__() has it; `name`: as the page greets them."""

    __tablename__ = "login_link"

    token_hash: str = Field(primary_key=True, max_length=64, repr=False)
    actor: str = Field(max_length=100)
    name: str = Field(max_length=255)
    expires_at: datetime = Field(sa_type=UtcDateTime)


def make(session: Session, actor: Actor, name: str) -> str:
    """Make a link for somebody and return its token."""
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
