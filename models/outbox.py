"""The outbox: what Slack is to be told, as rows that outlive a crash. Knows nothing of Slack itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, func, text, update
from sqlmodel import Field, Session, SQLModel, col, select

from models import pruning
from models.database import Database
from models.types import UtcDateTime, now


def _index_of(flag: str, *columns: str) -> Index:
    """Of the rows alone that have the flag."""
    return Index(
        f"ix_outbox_message_{flag}", *columns, sqlite_where=text(f"{flag} = 1"), postgresql_where=text(flag)
    )


class Priority(IntEnum):
    """Which message of a channel goes first, whenever it became due."""

    FIRST = 0  # calls, a single attacker, trouble, and whatever is for one person
    REGISTRATIONS = 1
    FLOOD = 2  # failed logins from many addresses


class OutboxMessage(SQLModel, table=True):
    """A message that is to stand in a channel.

    It is due while Slack has an older revision. `subject` names what it is about, such as
    `call:1700000000.12`; as long as it is `open`, later facts about the same subject edit it.
    Messages that wait for the same channel go by `priority`, then `queue_position`, then `id`. Few rows are open or due, of very many.
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
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # what the message is made from
    open: bool = True
    due: bool = True
    priority: int = Priority.FIRST
    queue_position: int = (
        0  # the newest row's id when it became due: an edit waits behind what waited already
    )
    revision: int = 1
    conversation: str | None = Field(default=None, max_length=64)  # Slack's ID of the channel, once known
    ts: str | None = Field(default=None, max_length=32)  # Slack's name for the message, once it is posted
    sent_digest: str | None = Field(
        default=None, max_length=64
    )  # a digest of what Slack has: the same is not sent again
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # being posted right now
    attempts: int = 0  # since the last success
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure: str | None = None  # given up for good, and why
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


KEEP_SENT = timedelta(days=7)


def find_open(session: Session, subject: str) -> list[OutboxMessage]:
    """The messages that later facts about the subject still edit, one a channel; the oldest first."""
    this = col(OutboxMessage.open), col(OutboxMessage.subject) == subject
    return list(session.exec(select(OutboxMessage).where(*this).order_by(col(OutboxMessage.id))))


def find_open_by_prefix(session: Session, prefix: str) -> list[OutboxMessage]:
    """The same of every subject that begins so, by subject: only in that order SQLite takes the index."""
    this = col(OutboxMessage.open), col(OutboxMessage.subject).startswith(prefix, autoescape=True)
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
    """A new message. `due=False`: it waits until it is worth telling; `open=False`: nothing will edit it."""
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


def edit(session: Session, row: OutboxMessage, content: dict[str, Any], *, due: bool = True) -> None:
    """The message is to say something else; `due=False`: that alone is no reason to send it."""
    if due and not row.due:
        row.due, row.queue_position = True, _newest(session)
    row.content = content
    row.revision += 1
    row.updated_at = now()
    session.add(row)


def _newest(session: Session) -> int:
    return session.exec(select(func.max(OutboxMessage.id))).one() or 0


def close(session: Session, row: OutboxMessage) -> None:
    """Later facts about the subject begin a new message."""
    row.open = False
    session.add(row)


def close_all(session: Session, subject: str) -> None:
    """The same for all of a subject."""
    this = col(OutboxMessage.open), col(OutboxMessage.subject) == subject
    session.exec(update(OutboxMessage).where(*this).values(open=False))


def next_per_channel(session: Session) -> list[OutboxMessage]:
    """The due message of each channel and priority whose turn it is: the next one may not overtake it.

    What goes first is first, over all channels.
    """
    order = col(OutboxMessage.queue_position), col(OutboxMessage.id)
    turns = func.row_number().over(
        partition_by=(col(OutboxMessage.channel), col(OutboxMessage.priority)), order_by=order
    )
    waiting = select(col(OutboxMessage.id), turns.label("place")).where(col(OutboxMessage.due)).subquery()
    first = select(waiting.c.id).where(waiting.c.place == 1)
    rows = select(OutboxMessage).where(col(OutboxMessage.id).in_(first))
    return list(session.exec(rows.order_by(col(OutboxMessage.priority), *order)))


def claim(session: Session, row: OutboxMessage, conversation: str) -> None:
    """Written before the request to Slack, so that a crash in between is noticed."""
    _update(session, row, claimed_at=now(), conversation=conversation)


def mark_sent(
    session: Session, row: OutboxMessage, conversation: str, ts: str, digest: str | None = None
) -> None:
    """Slack has this revision, `digest` is of what it shows. A newer one, written meanwhile, stays due."""
    newest = select(func.max(OutboxMessage.id)).scalar_subquery()
    edited = col(OutboxMessage.revision) != row.revision
    done = {"attempts": 0, "next_try_at": None, "claimed_at": None, "sent_digest": digest}
    _update(session, row, ts=ts, conversation=conversation, due=edited, queue_position=newest, **done)


def fan_out(session: Session, row: OutboxMessage, channels: Sequence[str]) -> None:
    """To each of them goes a message of its own, as the row is by now; later facts edit those."""
    fresh = session.get_one(OutboxMessage, row.id, with_for_update=True)
    priority = Priority(fresh.priority)
    for channel in channels:
        enqueue(session, channel, fresh.subject, fresh.content, open=fresh.open, priority=priority)
    _update(session, fresh, due=False, open=False)


def reschedule(session: Session, row: OutboxMessage, at: datetime, *, refused: bool) -> None:
    """Not now. `refused`: Slack said so itself; otherwise it may have taken it, and the claim stays."""
    claimed = {"claimed_at": None} if refused else {}
    _update(session, row, attempts=row.attempts + 1, next_try_at=at, **claimed)


def mark_failed(session: Session, row: OutboxMessage, failure: str) -> None:
    """Slack will never take it."""
    _update(session, row, due=False, open=False, claimed_at=None, failure=failure)


def prune(database: Database, questions: str) -> None:
    """Of what was sent. A question, whose subject begins so, stays while it is open: it is to say its answer then."""
    old = col(OutboxMessage.updated_at) < now() - KEEP_SENT
    waits = col(OutboxMessage.open) & col(OutboxMessage.subject).startswith(questions)
    pruning.prune(database, OutboxMessage, old, col(OutboxMessage.due).is_(False), ~waits)


def _update(session: Session, row: OutboxMessage, **values: object) -> None:
    session.exec(update(OutboxMessage).where(col(OutboxMessage.id) == row.id).values(**values))
