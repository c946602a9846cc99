"""The inbox_answer table: what came of requests of Slack's, until the people who made them know.

An answer is stored in the transaction that notes that its request is done (inbox.py), and then sent: what is stored here is
sent by whoever runs. Before each try the row says who tries. So an answer that Slack may have taken from a process that
has ended is known to be one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import SecretStr
from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import defer
from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from models import inbox, pruning, sealed_column
from models.database import Database
from models.encryption import SecretCipher
from models.heartbeat import DATABASE_NOW
from models.inbox import Claim, InboxRequest, InboxState, Waits
from models.process_names import has_ended
from models.types import UtcDateTime, now

TRY_TIME = timedelta(minutes=1)  # longer than a try takes: who has not ended it by then has ended
KEEP_LATE = timedelta(days=7)
NOBODY = ""


class InboxAnswer(SQLModel, table=True):
    """One answer. `sealed`: what it says and where it is told, encrypted: passwords are in it.

    All moments are by the database's clock.
    """

    __tablename__ = "inbox_answer"

    request: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})  # of inbox.py
    sealed: str = Field(repr=False)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    attempt: int = 1
    is_unsure: bool = True  # Slack may have taken it
    sender: str = Field(default=NOBODY, max_length=64)  # who tries, as process_names.process_name() has it
    tried_at: datetime = Field(sa_type=UtcDateTime)
    next_try_at: datetime = Field(sa_type=UtcDateTime)
    is_late: bool = Field(default=False, index=True)  # told by direct message: kept for its button


class Sending(NamedTuple):
    """The right to try once. `age`: how long ago it was asked for; `is_again`: Slack may have taken an earlier try."""

    request: int
    attempt: int
    asked_at: datetime
    age: timedelta
    is_again: bool


class Waiting(NamedTuple):
    """One that is not told yet. `is_due`: it is to be tried now; `age`: since it was asked for."""

    row: InboxAnswer
    is_due: bool
    age: timedelta


def keep(
    session: Session, claim: Claim, sealed: str, sender: str, state: InboxState = InboxState.DONE
) -> Sending:
    """Store an answer that its sender tries to tell at once, and note how its request has ended. Raises ClaimLost."""
    inbox.close(session, claim, state)
    of_request = select(InboxRequest.received_at, DATABASE_NOW).where(InboxRequest.id == claim.id)
    asked_at, at = session.exec(of_request).one()
    row = InboxAnswer(
        request=claim.id,
        sealed=sealed,
        asked_at=asked_at,
        sender=sender,
        tried_at=at,
        next_try_at=at + TRY_TIME,
    )
    session.add(row)
    return Sending(claim.id, row.attempt, asked_at, at - asked_at, is_again=False)


def waiting(database: Database) -> list[Waiting]:
    """Return what is not told yet, oldest first; to be tried now, too, is it where the clock was set back since it was tried.

    Without what it says, which opened() reads: all may wait for half an hour, and are looked at every second.
    """
    with database.session() as session:
        query = select(InboxAnswer, DATABASE_NOW).where(col(InboxAnswer.is_late).is_(False))
        query = query.order_by(col(InboxAnswer.request))
        found = session.exec(query.options(defer(InboxAnswer.sealed))).all()  # type: ignore[arg-type]
    return [Waiting(row, _is_due(row, at), at - row.asked_at) for row, at in found]


def _is_due(row: InboxAnswer, at: datetime) -> bool:
    return not row.tried_at <= at < row.next_try_at or (row.sender != NOBODY and has_ended(row.sender))


def take(database: Database, row: InboxAnswer, sender: str) -> Sending | None:
    """Note that its sender tries to tell it; None: somebody else does."""
    with database.session() as session:
        at = session.exec(select(DATABASE_NOW)).one()
        attempt = row.attempt + 1
        values = {"attempt": attempt, "sender": sender, "is_unsure": True}
        times = {"tried_at": at, "next_try_at": at + TRY_TIME}
        if not _update(session, _is(row.request, row.attempt), **values, **times):
            return None
    return Sending(row.request, attempt, row.asked_at, at - row.asked_at, is_again=row.is_unsure)


def put_off(database: Database, sending: Sending, pause: timedelta, *, is_unsure: bool) -> None:
    """Note that Slack has not taken it, as far as is known, and when it is tried again."""
    with database.session() as session:
        at = session.exec(select(DATABASE_NOW)).one()
        values = {"sender": NOBODY, "is_unsure": is_unsure or sending.is_again, "next_try_at": at + pause}
        _update(session, _is(*sending[:2]), **values)


def told(database: Database, sending: Sending) -> None:
    """Forget an answer that Slack has taken."""
    with database.session() as session:
        forget(session, sending)


def forget(session: Session, sending: Sending) -> bool:
    """Delete an answer; return False where somebody else has tried since, and it stays."""
    return session.exec(delete(InboxAnswer).where(*_is(*sending[:2]))).rowcount > 0


def forget_late(database: Database, request: int) -> None:
    """Delete an answer that was told by direct message and read in full."""
    this = col(InboxAnswer.request) == request, col(InboxAnswer.is_late).is_(True)
    with database.session() as session:
        session.exec(delete(InboxAnswer).where(*this))


def told_late(session: Session, sending: Sending) -> bool:
    """Note that it goes by direct message, and keep it for that; return False where somebody else has tried since."""
    return _update(session, _is(*sending[:2]), is_late=True, sender=NOBODY) > 0


def opened(database: Database, cipher: SecretCipher, request: int) -> str | None:
    """Return what is stored of an answer; None: nothing is. Raises SecretUnreadable."""
    with database.session() as session:
        row = session.get(InboxAnswer, request)
    return cipher.decrypt(row.sealed).get_secret_value() if row else None


def asked_at(database: Database, request: int) -> datetime | None:
    """Return when it was asked for; None: nothing is stored of it."""
    with database.session() as session:
        return session.exec(select(InboxAnswer.asked_at).where(InboxAnswer.request == request)).first()


def sealed(cipher: SecretCipher, answer: str) -> str:
    return cipher.encrypt(SecretStr(answer))


def waits(session: Session) -> Waits:
    """Return how many are not told yet."""
    waiting = col(InboxAnswer.is_late).is_(False)
    return Waits(*session.exec(select(func.count(), func.min(InboxAnswer.asked_at)).where(waiting)).one())


def reencrypt(database: Database, cipher: SecretCipher) -> None:
    """Encrypt with the newest key what an older one did. What no key opens stays as it is."""
    sealed_column.reencrypt(database, cipher, InboxAnswer.request, InboxAnswer.sealed)


def prune(database: Database) -> None:
    """Delete what was told by direct message long ago, and what no key has opened since."""
    pruning.prune(database, InboxAnswer, col(InboxAnswer.tried_at) < now() - KEEP_LATE)


def _is(request: int, attempt: int) -> tuple[ColumnElement[bool], ...]:
    return col(InboxAnswer.request) == request, col(InboxAnswer.attempt) == attempt


def _update(session: Session, where: tuple[ColumnElement[bool], ...], **values: object) -> int:
    return session.exec(update(InboxAnswer).where(*where).values(**values)).rowcount
