"""The idempotent_request table: what was answered to a request with a key, so that it is done once however often it comes.

After draft-ietf-httpapi-idempotency-key-header-07 of the IETF. A request is claimed before it is worked on, and its
worker says every few seconds that it lives: a claim without a sign of life is that of a process that ended, and the
next one takes it over. What it had committed by then is in the audit trail under the request's id.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import SecretStr
from sqlalchemy import ColumnElement, Index, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, delete, select, update

from models import pruning, sealed_column
from models.audit import AuditEntry
from models.database import Database
from models.encryption import SecretCipher
from models.heartbeat import DATABASE_NOW, beating, is_alive
from models.types import UtcDateTime, now


class IdempotentRequest(SQLModel, table=True):
    """One request. `sealed` has its fingerprint and its answer, encrypted: secrets are in both."""

    __tablename__ = "idempotent_request"
    __table_args__ = (
        Index("ix_idempotent_request_token_key", "token", "key", unique=True),
        {"sqlite_autoincrement": True},  # the audit trail names it
    )

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(max_length=36)  # the jti of who asked
    key: str = Field(max_length=255)
    sealed: str = Field(repr=False)
    attempt: int = 1  # grows with each take-over, so that a late answer of an earlier one does not count
    # The last sign of life of who works on it, by the database's clock; None: nobody does
    alive_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)


KEEP = timedelta(hours=24)
KEEP_OF_TOKEN = 10_000  # rows: the latest of each token, which is not to fill the disk


class StillWorking(Exception):
    """The first request with this key is being worked on, or its process ended within the last heartbeat.DEAD_AFTER."""


class OtherRequest(Exception):
    """The key came with another request before."""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str


class Claim(NamedTuple):
    """The right to work on a request. `is_first`: nobody has begun it before."""

    id: int
    attempt: int
    fingerprint: str
    is_first: bool


def claim(database: Database, cipher: SecretCipher, token: str, key: str, fingerprint: str) -> Claim | Answer:
    """Return the right to work on it, which one caller gets, or the answer that it had.

    Raises StillWorking, OtherRequest, SecretUnreadable.
    """
    for _ in range(3):  # an old one may be deleted between two looks
        if inserted := _insert(database, token, key, _sealed(cipher, fingerprint)):
            return Claim(inserted, 1, fingerprint, is_first=True)
        this = col(IdempotentRequest.token) == token, col(IdempotentRequest.key) == key
        with database.session() as session:
            found = session.exec(select(IdempotentRequest, DATABASE_NOW).where(*this)).first()
        if found is None:
            continue
        row, at = found
        if row.created_at < now() - KEEP and not is_alive(row.alive_at, at):
            _delete(database, row)
        else:
            return _of_row(database, cipher, row, at, fingerprint)
    raise StillWorking


def _insert(database: Database, token: str, key: str, sealed: str) -> int | None:
    """Return the id; None where the key is there."""
    row = IdempotentRequest(token=token, key=key, sealed=sealed)
    row.alive_at = DATABASE_NOW  # type: ignore[assignment]  # SQL's expression of it
    try:
        with database.session() as session:
            session.add(row)
            session.flush()
            return row.id
    except IntegrityError:
        return None


def _of_row(
    database: Database, cipher: SecretCipher, row: IdempotentRequest, at: datetime, fingerprint: str
) -> Claim | Answer:
    opened = json.loads(cipher.decrypt(row.sealed).get_secret_value())
    if opened["fingerprint"] != fingerprint:
        raise OtherRequest
    if answer := opened["answer"]:
        return Answer(*json.loads(zlib.decompress(b64decode(answer))))
    if is_alive(row.alive_at, at) or not _update(
        database, *_is(row.id, row.attempt), attempt=row.attempt + 1, alive_at=DATABASE_NOW
    ):
        raise StillWorking
    return Claim(row.id or 0, row.attempt + 1, fingerprint, is_first=False)


@contextmanager
def working(database: Database, claimed: Claim) -> Iterator[None]:
    """Say every few seconds that whoever works on it lives."""
    this = *_is(claimed.id, claimed.attempt), col(IdempotentRequest.alive_at).is_not(None)
    with beating(lambda: _update(database, *this, alive_at=DATABASE_NOW)):
        yield


def finish(database: Database, cipher: SecretCipher, claimed: Claim, answer: Answer) -> None:
    """Keep the answer."""
    _update(
        database,
        *_is(claimed.id, claimed.attempt),
        sealed=_sealed(cipher, claimed.fingerprint, answer),
        alive_at=None,
    )


def release(database: Database, claimed: Claim) -> None:
    """Give the claim up without an answer: the next request with the key is worked on, at once."""
    _update(database, *_is(claimed.id, claimed.attempt), alive_at=None)


def committed(database: Database, claimed: Claim) -> list[AuditEntry]:
    """Return what earlier attempts at it have committed, oldest first."""
    if claimed.is_first:
        return []
    this = col(AuditEntry.request_id) == claimed.id
    with database.session() as session:
        return list(session.exec(select(AuditEntry).where(this).order_by(col(AuditEntry.id))))


def reencrypt(database: Database, cipher: SecretCipher) -> int:
    """Encrypt with the newest key what an older one did, and return how many. What no key opens stays as it is."""
    return sealed_column.reencrypt(database, cipher, IdempotentRequest.id, IdempotentRequest.sealed)


def prune(database: Database) -> None:
    """Delete what is older than KEEP, and of each token what is older than its latest KEEP_OF_TOKEN."""
    pruning.prune(database, IdempotentRequest, col(IdempotentRequest.created_at) < now() - KEEP)
    token, row_id = col(IdempotentRequest.token), col(IdempotentRequest.id)
    with database.session() as session:
        many = select(token).group_by(token).having(func.count() > KEEP_OF_TOKEN)
        tokens = session.exec(many).all()
    for each in tokens:
        latest = select(row_id).where(token == each).order_by(row_id.desc()).offset(KEEP_OF_TOKEN).limit(1)
        too_old = row_id <= latest.scalar_subquery(), col(IdempotentRequest.alive_at).is_(None)
        pruning.prune(database, IdempotentRequest, token == each, *too_old)


def _sealed(cipher: SecretCipher, fingerprint: str, answer: Answer | None = None) -> str:
    """The answer is compressed: that to thousands of rows is mostly the same words."""
    kept = b64encode(zlib.compress(json.dumps(answer).encode())).decode() if answer else None
    return cipher.encrypt(SecretStr(json.dumps({"fingerprint": fingerprint, "answer": kept})))


def _is(row_id: int | None, attempt: int) -> tuple[ColumnElement[bool], ...]:
    return col(IdempotentRequest.id) == row_id, col(IdempotentRequest.attempt) == attempt


def _update(database: Database, *where: ColumnElement[bool], **values: object) -> int:
    with database.session() as session:
        return session.exec(update(IdempotentRequest).where(*where).values(**values)).rowcount


def _delete(database: Database, row: IdempotentRequest) -> None:
    with database.session() as session:
        session.exec(delete(IdempotentRequest).where(*_is(row.id, row.attempt)))
