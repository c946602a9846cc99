"""The outbox: messages for Slack as rows, which outlive a crash. It knows nothing of Slack's API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, func, or_, text, update
from sqlmodel import Field, Session, SQLModel, col, select

from models import pruning
from models.database import Database
from models.types import UtcDateTime, now


def _index_of(flag: str, *columns: str) -> Index:
    """Return a partial index, of the rows alone that have the flag."""
    return Index(
        f"ix_outbox_message_{flag}", *columns, sqlite_where=text(f"{flag} = 1"), postgresql_where=text(flag)
    )


class Priority(IntEnum):
    """Which message of a channel is sent first, whenever it became due."""

    FIRST = 0  # calls, a single attacker, incidents, and whatever is for one person
    REGISTRATIONS = 1
    FLOOD = 2  # failed logins from many addresses
    FILES = 3  # recordings; while Slack refuses them, nothing else waits


class OutboxMessage(SQLModel, table=True):
    """A message for a channel.

    It is due while Slack has an older revision. `subject` names what it is about, such as `call:1700000000.12`;
    while it is `open`, later events about the same subject edit it.
    Messages for the same channel are sent by `priority`, then `queue_position`, then `id`. Of very many rows, few
    are open or due.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        _index_of("open", "subject", "channel"),
        _index_of("due", "channel", "priority", "queue_position", "id"),
        {"sqlite_autoincrement": True},  # Slack is asked for a message by its id
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(max_length=64)
    subject: str = Field(max_length=300)
    # What the message is rendered from
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    open: bool = True
    due: bool = True
    priority: int = Priority.FIRST
    queue_position: int = 0  # the newest row's id when it became due: an edit goes behind those that were due
    revision: int = 1
    # Slack's ID of the channel or DM, once known
    conversation: str | None = Field(default=None, max_length=64)
    # Slack's id of the message, once it is posted; of an uploaded file, the file's
    ts: str | None = Field(default=None, max_length=32)
    # Of the message as Slack has it: the same is not sent again
    sent_digest: str | None = Field(default=None, max_length=64)
    # Set before the request, cleared by its answer
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0  # since the last success
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure: str | None = None  # why it is not retried
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


KEEP_SENT = timedelta(days=7)
UNSHOWN = "cannot be shown"  # as failure: of another version than the listener, mostly


def find_open(session: Session, subject: str) -> list[OutboxMessage]:
    """Return the open messages about the subject, at most one a channel, oldest first."""
    this = col(OutboxMessage.open), col(OutboxMessage.subject) == subject
    return list(session.exec(select(OutboxMessage).where(*this).order_by(col(OutboxMessage.id))))


def find_closed(session: Session, subject: str) -> list[OutboxMessage]:
    """Return the closed messages about the subject, oldest first. Reads the whole table: not for what happens often."""
    this = col(OutboxMessage.open).is_(False), col(OutboxMessage.subject) == subject
    return list(session.exec(select(OutboxMessage).where(*this).order_by(col(OutboxMessage.id))))


def find_open_by_prefix(session: Session, prefix: str, channel: str | None = None) -> list[OutboxMessage]:
    """Return the open messages whose subject begins so, of one channel or all, by subject: only then SQLite uses the index."""
    this = [col(OutboxMessage.open), col(OutboxMessage.subject).startswith(prefix, autoescape=True)]
    if channel:
        this.append(col(OutboxMessage.channel) == channel)
    return list(
        session.exec(
            select(OutboxMessage).where(*this).order_by(OutboxMessage.subject, OutboxMessage.channel)
        )
    )


def enqueue(
    session: Session,
    channel: str,
    subject: str,
    content: dict[str, Any],
    *,
    due: bool = True,
    open: bool = True,
    priority: Priority = Priority.FIRST,
) -> OutboxMessage:
    """Add a message. `due=False`: it is not sent until an edit makes it due; `open=False`: nothing edits it."""
    row = OutboxMessage(
        channel=channel,
        subject=subject,
        content=content,
        due=due,
        open=open,
        priority=priority,
        queue_position=_newest(session),
    )
    session.add(row)
    session.flush()
    return row


def enqueue_once(session: Session, channels: Sequence[str], subject: str, content: dict[str, Any]) -> None:
    """Add a message for each channel, unless one about the subject is open."""
    if not find_open(session, subject):
        for channel in channels:
            enqueue(session, channel, subject, content)


def edit(session: Session, row: OutboxMessage, content: dict[str, Any], *, due: bool = True) -> None:
    """Change what the message says; `due=False`: that alone is no reason to send it."""
    if due and not row.due:
        row.due, row.queue_position = True, _newest(session)
    row.content = content
    row.revision += 1
    row.updated_at = now()
    session.add(row)


def _newest(session: Session) -> int:
    return session.exec(select(func.max(OutboxMessage.id))).one() or 0


def close(session: Session, row: OutboxMessage) -> None:
    """Close a message: later events about the subject begin a new one."""
    row.open = False
    session.add(row)


def close_all(session: Session, subject: str) -> None:
    """Close all messages about the subject."""
    this = col(OutboxMessage.open), col(OutboxMessage.subject) == subject
    session.exec(update(OutboxMessage).where(*this).values(open=False))


def next_per_channel(session: Session) -> list[OutboxMessage]:
    """Return the first due message of each channel and priority, in the order in which they are to be sent.

    The next one may not overtake it, also while it cannot be sent.
    """
    order = col(OutboxMessage.queue_position), col(OutboxMessage.id)
    turns = func.row_number().over(
        partition_by=(col(OutboxMessage.channel), col(OutboxMessage.priority)), order_by=order
    )
    waiting = select(col(OutboxMessage.id), turns.label("rank")).where(col(OutboxMessage.due)).subquery()
    first = select(waiting.c.id).where(waiting.c.rank == 1)
    rows = select(OutboxMessage).where(col(OutboxMessage.id).in_(first))
    return list(session.exec(rows.order_by(col(OutboxMessage.priority), *order)))


def claim(session: Session, row: OutboxMessage, conversation: str, digest: str) -> None:
    """Record that a post to Slack begins, and what it says, so that a crash before its answer is noticed."""
    _update(session, row, claimed_at=now(), conversation=conversation, sent_digest=digest)


def mark_sent(session: Session, row: OutboxMessage, conversation: str, ts: str, digest: str) -> None:
    """Record that Slack has this revision, and its digest. A newer revision, written meanwhile, stays due."""
    newest = select(func.max(OutboxMessage.id)).scalar_subquery()
    edited = col(OutboxMessage.revision) != row.revision
    done = {"attempts": 0, "next_try_at": None, "claimed_at": None, "sent_digest": digest}
    _update(session, row, ts=ts, conversation=conversation, due=edited, queue_position=newest, **done)


def fan_out(session: Session, row: OutboxMessage, channels: Sequence[str]) -> None:
    """Replace the message, as it is by now, by one for each channel; later events edit those."""
    fresh = session.get_one(OutboxMessage, row.id, with_for_update=True)
    priority = Priority(fresh.priority)
    for channel in channels:
        enqueue(session, channel, fresh.subject, fresh.content, open=fresh.open, priority=priority)
    _update(session, fresh, due=False, open=False)


def reschedule(session: Session, row: OutboxMessage, at: datetime, *, refused: bool) -> None:
    """Try again at that time. `refused`: Slack did not accept it; otherwise it may have, and the claim stays."""
    claimed = {"claimed_at": None} if refused else {}
    _update(session, row, attempts=row.attempts + 1, next_try_at=at, **claimed)


def mark_failed(session: Session, row: OutboxMessage, failure: str) -> None:
    """Record that it is not retried, and why."""
    _update(session, row, due=False, open=False, claimed_at=None, failure=failure)


def unshown(session: Session, since: datetime) -> list[OutboxMessage]:
    """Return the messages, made since then, that the listener could not read. Reads the whole table."""
    these = OutboxMessage.failure == UNSHOWN, col(OutboxMessage.created_at) > since
    return list(session.exec(select(OutboxMessage).where(*these).order_by(col(OutboxMessage.id))))


def retry(session: Session, row: OutboxMessage) -> None:
    """Have a message sent that was given up."""
    _update(session, row, due=True, failure=None, attempts=0, next_try_at=None)


def prune(database: Database, *questions: str) -> None:
    """Delete old messages that are not due. `questions`: how subjects begin that stay while open, to be edited."""
    old = col(OutboxMessage.updated_at) < now() - KEEP_SENT
    asked = or_(*(col(OutboxMessage.subject).startswith(each) for each in questions))
    waits = col(OutboxMessage.open) & asked
    pruning.prune(database, OutboxMessage, old, col(OutboxMessage.due).is_(False), ~waits)


def _update(session: Session, row: OutboxMessage, **values: object) -> None:
    session.exec(update(OutboxMessage).where(col(OutboxMessage.id) == row.id).values(**values))
