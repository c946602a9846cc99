"""The inbox_request table: Slack's requests as rows, stored before they are acknowledged: none ends with its process.

The mirror of outbox.py. Whoever carries one out has claimed it, and says every few seconds that they live: a claim of a
process that has ended is taken over. The transaction of an act makes sure that the claim still holds, and marks the row:
so nothing is done by two, and what is taken over is known to have been done.
"""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import SecretStr
from sqlalchemy import Column, ColumnElement, func
from sqlalchemy.orm import defer
from sqlmodel import Field, Session, SQLModel, col, select, update

from models import pruning, sealed_column
from models.database import Database
from models.encryption import SecretCipher
from models.errors import ClaimLost, RequestGone, SecretUnreadable
from models.heartbeat import DATABASE_NOW, is_alive
from models.process_names import has_ended, lives
from models.types import EnumText, UtcDateTime, now


class InboxState(StrEnum):
    """How far a request has come."""

    TAKEN = "taken"  # stored; nothing is done yet
    BEGUN = "begun"  # something that leaves no trace, and is not to be done twice: a call
    COMMITTED = "committed"  # what it does is saved, and in the audit trail
    DONE = "done"  # carried out, and answered
    GIVEN_UP = "given_up"  # it cannot be carried out


class InboxRequest(SQLModel, table=True):
    """One request. `sealed`: its payload, encrypted: typed passwords and the way to answer are in it."""

    __tablename__ = "inbox_request"
    __table_args__ = {"sqlite_autoincrement": True}  # the audit trail names it

    id: int | None = Field(default=None, primary_key=True)
    # SHA-256, in hexadecimal: each request has a trigger or an event ID, and so the same body is the same request
    body_hash: str = Field(max_length=64, unique=True)
    kind: str = Field(max_length=32)  # for whoever looks at the table: what the row is about is sealed
    request_id: str = Field(max_length=16)  # of the logs
    sealed: str | None = Field(default=None, repr=False)  # None: it is done
    state: InboxState = Field(
        default=InboxState.TAKEN, sa_column=Column(EnumText(InboxState), nullable=False, index=True)
    )
    claim: str = Field(default="", max_length=64)  # by which process, as process_names.process_name() has it
    attempt: int = 1  # grows with each claim, so that what an earlier one does late does not count
    # Both by the database's clock; the second is the last sign of life of who carries it out
    received_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)
    alive_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


OPEN = (InboxState.TAKEN, InboxState.BEGUN, InboxState.COMMITTED)
ENDED: dict[str, None] = dict.fromkeys(("sealed", "alive_at"))  # what is not kept of one that has ended
KEEP = timedelta(days=1)  # of what is done: the same request again is known by it
TOO_OLD = timedelta(hours=1)  # who sent it has gone on, and may have had it done in another way


class Claim(NamedTuple):
    """The right to carry a request out. `reached`: how far earlier attempts came."""

    id: int
    attempt: int
    reached: InboxState = InboxState.TAKEN


class TakenUp(NamedTuple):
    """A request that was waiting, and how long it has been there.

    `is_unheard`: who stored it certainly lives, and has never said that it carries it out: it may not have heard that it is stored.
    """

    claim: Claim
    payload: str
    request_id: str
    age: timedelta
    is_unheard: bool


class Waits(NamedTuple):
    """How many wait, and since when the oldest does, by the database's clock."""

    many: int
    since: datetime | None


# The request that is carried out by this thread
current: ContextVar[Claim | None] = ContextVar("inbox_claim", default=None)


def add(session: Session, cipher: SecretCipher, row: InboxRequest, payload: str) -> Claim:
    """Store a request, claimed. Raises IntegrityError for one that is stored already."""
    row.sealed = cipher.encrypt(SecretStr(payload))
    row.received_at = row.alive_at = DATABASE_NOW  # type: ignore[assignment]  # SQL's expression of it
    session.add(row)
    session.flush()
    return Claim(row.id or 0, row.attempt)


def fence(session: Session, reached: InboxState = InboxState.COMMITTED) -> None:
    """Mark the request that this thread carries out, in the transaction of what it does.

    Raises ClaimLost where another process has claimed it by now, RequestGone. Does nothing where there is none.
    """
    if claim := current.get():
        this = update(InboxRequest).where(*_is(claim)).values(state=reached)
        if not session.connection().execute(this).rowcount:  # nothing is flushed before its time
            raise _lost(session, claim)


def _lost(session: Session, claim: Claim) -> ClaimLost:
    """Return why a claim does not hold any more."""
    this = select(InboxRequest.attempt, InboxRequest.state).where(InboxRequest.id == claim.id)
    row = session.connection().execute(this).first()
    if row is None or row.attempt < claim.attempt or tuple(row) == (claim.attempt, InboxState.GIVEN_UP):
        return RequestGone("an older state of the database was put back while this request was carried out")
    return ClaimLost("another process carries this request out by now")


def waiting(database: Database) -> list[Claim]:
    """Return the claims on what nobody carries out, oldest first: nobody has claimed it, or who did has ended."""
    open_ones = select(InboxRequest, DATABASE_NOW).where(col(InboxRequest.state).in_(OPEN))
    with database.session() as session:
        query = open_ones.order_by(col(InboxRequest.id)).options(defer(InboxRequest.sealed))  # type: ignore[arg-type]
        found = session.exec(query).all()
    return [Claim(row.id or 0, row.attempt) for row, at in found if not _is_alive(row, at)]


def _is_alive(row: InboxRequest, at: datetime) -> bool:
    return bool(row.claim) and is_alive(row.alive_at, at) and not has_ended(row.claim)


def take_up(database: Database, cipher: SecretCipher, found: Claim, name: str) -> TakenUp | None:
    """Claim it for the process of that name; None: another one was faster.

    Raises SecretUnreadable where a key is missing, which another process may have: for TOO_OLD it waits for that one.
    """
    with database.session() as session:
        this = InboxRequest.id == found.id
        row, at = session.exec(select(InboxRequest, DATABASE_NOW).where(this)).first() or (None, None)
    if row is None or at is None or row.sealed is None:
        return None
    try:
        payload = cipher.decrypt(row.sealed).get_secret_value()
    except SecretUnreadable:
        if at - row.received_at > TOO_OLD:
            finish(database, found, InboxState.GIVEN_UP)
        raise
    values = {"attempt": found.attempt + 1, "claim": name, "alive_at": DATABASE_NOW}
    if not _update(database, *_is(found), **values):
        return None
    with database.session() as session:  # once more: who had it may have committed something until now
        reached = session.exec(select(InboxRequest.state).where(this)).one()
    claim = Claim(found.id, found.attempt + 1, InboxState(reached))
    return TakenUp(claim, payload, row.request_id, at - row.received_at, _is_unheard(row))


def _is_unheard(row: InboxRequest) -> bool:
    return row.attempt == 1 and bool(row.claim) and row.alive_at == row.received_at and lives(row.claim)


def beat(database: Database, claim: Claim) -> None:
    """Say that who carries it out lives."""
    _update(database, *_is(claim), alive_at=DATABASE_NOW)


def finish(database: Database, claim: Claim, state: InboxState = InboxState.DONE) -> None:
    """Note how it has ended, unless somebody else has claimed it by now; what was in it is not kept."""
    with database.session() as session, suppress(ClaimLost):
        close(session, claim, state)


def finish_unsaved(database: Database, claim: Claim) -> None:
    """Note that it has ended if it has saved nothing; else whoever has it next ends it, when its claimer shows no sign of life."""
    _update(
        database, *_is(claim), col(InboxRequest.state) == InboxState.TAKEN, state=InboxState.DONE, **ENDED
    )


def close(session: Session, claim: Claim, state: InboxState) -> None:
    """Do as finish(), in the transaction that stores the answer. Raises ClaimLost, as fence()."""
    if not session.exec(update(InboxRequest).where(*_is(claim)).values(state=state, **ENDED)).rowcount:
        raise _lost(session, claim)


def release(database: Database, claim: Claim) -> None:
    """Leave it to whoever looks next."""
    _update(database, *_is(claim), claim="", alive_at=None)


def waits(session: Session) -> Waits:
    """Return how many are not done yet."""
    is_open = col(InboxRequest.state).in_(OPEN)
    return Waits(*session.exec(select(func.count(), func.min(InboxRequest.received_at)).where(is_open)).one())


def reencrypt(database: Database, cipher: SecretCipher) -> None:
    """Encrypt with the newest key what an older one did. What no key opens stays as it is."""
    sealed_column.reencrypt(database, cipher, InboxRequest.id, InboxRequest.sealed)


def prune(database: Database) -> None:
    """Delete what was done long ago."""
    done = col(InboxRequest.state).not_in(OPEN)
    pruning.prune(database, InboxRequest, col(InboxRequest.received_at) < now() - KEEP, done)


def _is(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that this claim still holds."""
    this = col(InboxRequest.id) == claim.id, col(InboxRequest.attempt) == claim.attempt
    return *this, col(InboxRequest.state).in_(OPEN)


def _update(database: Database, *where: ColumnElement[bool], **values: object) -> int:
    with database.session() as session:
        return session.exec(update(InboxRequest).where(*where).values(**values)).rowcount
