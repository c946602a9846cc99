"""The api_token table: who may use the REST API, to do what, until when, and how fast.

The row is what counts. A token without one, as after a restored backup, opens nothing. The token itself is not kept.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, TypeAdapter
from sqlalchemy import BigInteger, ColumnElement, Index, and_, case, literal, or_, text
from sqlmodel import Field, Session, SQLModel, col, select, update

from models import pruning
from models.actor import MAX_ACTOR_LENGTH
from models.database import Database
from models.types import UtcDateTime, now

KEEP = timedelta(days=90)  # after their end, for whoever asks what became of a token
USED_EVERY = timedelta(minutes=1)  # how exactly the last use is known
PERIOD = 60_000_000  # microseconds: the rate limit is for a minute
NOT_REVOKED = text("revoked_at IS NULL")


class Scope(StrEnum):
    """What a token may do."""

    READ = "read"
    EXTENSIONS_WRITE = "extensions:write"
    CONFIG_WRITE = "config:write"
    ADMIN = "admin"

    def includes(self, needed: Scope) -> bool:
        """Return whether it allows that, too: each includes reading, and admin everything."""
        return needed in (self, Scope.READ) or self is Scope.ADMIN


def _token_name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", text):
        raise ValueError("a token's name is 1 to 64 of a-z, 0-9, . _ and -, such as hr-sync")
    return text


TokenName = Annotated[str, AfterValidator(_token_name)]
token_name: TypeAdapter[str] = TypeAdapter(TokenName)


class ApiToken(SQLModel, table=True):
    """One token. Of those that are not revoked, each has a name of its own.

    `quota_full_at`: when all requests of a minute are there again, in microseconds since 1970. Each request moves it
    by its share of the minute: the generic cell rate algorithm, ITU-T I.371.
    """

    __tablename__ = "api_token"
    __table_args__ = (
        Index(
            "ix_api_token_name", "name", unique=True, sqlite_where=NOT_REVOKED, postgresql_where=NOT_REVOKED
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    jti: str = Field(default_factory=lambda: uuid.uuid4().hex, max_length=32, unique=True)
    name: str = Field(max_length=64)
    scope: str = Field(max_length=100)  # several as RFC 6749 writes them, with a space in between
    key_id: str = Field(max_length=16)  # which key of SECRET_KEY signed it
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    created_by: str = Field(max_length=MAX_ACTOR_LENGTH)  # an Actor, as str() gives it
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    quota_full_at: int = Field(default=0, sa_type=BigInteger)

    @property
    def scopes(self) -> list[str]:
        return self.scope.split()

    def allows(self, needed: Scope) -> bool:
        """Return whether a scope of it includes that; one that another version wrote includes nothing."""
        return any(scope.includes(needed) for scope in Scope if scope in self.scopes)


class Quota(NamedTuple):
    """What is left of a token's requests."""

    remaining: int  # requests
    full_in: float  # seconds until all are there again
    next_in: float  # seconds until one is; 0: now


def use(database: Database, jti: str, limit: int, at: datetime) -> ApiToken | None:
    """Count a request and return the token, in one statement. None: it is not live, or has no request left.

    Requests may be counted a little out of order; a time more than two minutes ahead is that of a clock that was set
    back since, and counts as none.
    """
    moment, full_at = _microseconds(at), col(ApiToken.quota_full_at)
    next_full_at = (
        case((full_at.between(moment, moment + 2 * PERIOD), full_at), else_=moment) + PERIOD // limit
    )
    used_at = col(ApiToken.last_used_at)
    is_old = or_(used_at.is_(None), used_at < at - USED_EVERY)
    values = {
        "quota_full_at": next_full_at,
        "last_used_at": case((is_old, literal(at, UtcDateTime())), else_=used_at),
    }
    this = col(ApiToken.jti) == jti, _live(at), next_full_at <= moment + PERIOD
    counted = update(ApiToken).where(*this).values(**values).returning(ApiToken)
    with database.session() as session:
        return session.scalars(counted, execution_options={"synchronize_session": False}).one_or_none()


def quota(token: ApiToken, limit: int, at: datetime) -> Quota:
    used = max(0, token.quota_full_at - _microseconds(at))
    step = PERIOD // limit
    return Quota(max(0, (PERIOD - used) // step), used / 1e6, max(0, used + step - PERIOD) / 1e6)


def find(database: Database, jti: str) -> ApiToken | None:
    with database.session() as session:
        return session.exec(select(ApiToken).where(ApiToken.jti == jti)).one_or_none()


def live_among(session: Session, jtis: Collection[str]) -> set[str]:
    """Return those that open anything now; for answers that last, such as streams."""
    these = select(ApiToken.jti).where(col(ApiToken.jti).in_(jtis), _live(now()))
    return set(session.exec(these))


def _live(at: datetime) -> ColumnElement[bool]:
    return and_(col(ApiToken.revoked_at).is_(None), col(ApiToken.expires_at) > at)


def _microseconds(at: datetime) -> int:
    return round(at.timestamp() * 1e6)


def all_of(database: Database) -> list[ApiToken]:
    """Return all tokens by name, those that ended in the last KEEP included."""
    shown = or_(col(ApiToken.revoked_at).is_(None), col(ApiToken.revoked_at) > now() - KEEP)
    with database.session() as session:
        return list(session.exec(select(ApiToken).where(shown).order_by(ApiToken.name, col(ApiToken.id))))


def revoked(session: Session) -> list[str]:
    """Return the jti of those that were revoked."""
    return list(session.exec(select(ApiToken.jti).where(col(ApiToken.revoked_at).is_not(None))))


def revoke_all(session: Session, jtis: Collection[str]) -> None:
    """Revoke those of these that are not yet."""
    for token in session.exec(select(ApiToken).where(col(ApiToken.revoked_at).is_(None))):
        if token.jti in jtis:
            token.revoked_at = now()


def keep_revoked(of: Database, copy: Database) -> None:
    """Revoke in an older copy what is revoked by now: restoring a backup is to open no door that was shut."""
    with of.session() as session:
        revoked = session.exec(
            select(ApiToken.jti, ApiToken.revoked_at).where(col(ApiToken.revoked_at).is_not(None))
        ).all()
    with copy.session() as session:
        for jti, revoked_at in revoked:
            this = col(ApiToken.jti) == jti, col(ApiToken.revoked_at).is_(None)
            session.exec(update(ApiToken).where(*this).values(revoked_at=revoked_at))


def prune(database: Database) -> None:
    """Delete tokens that expired longer than KEEP ago. Until then a backup may bring back one that was revoked."""
    pruning.prune(database, ApiToken, col(ApiToken.expires_at) < now() - KEEP)
