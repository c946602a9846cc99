"""The outbox: what Slack is to be told, as rows that outlive a crash. Knows nothing of Slack itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from models import pruning
from models.database import Database
from models.delivery import Delivery, Priority
from models.types import now

KEEP_SENT = timedelta(days=7)


def open_about(session: Session, subject: str) -> list[Delivery]:
    """The messages that later facts about the subject still edit, one a channel; the oldest first."""
    this = col(Delivery.open), col(Delivery.subject) == subject
    return list(session.exec(select(Delivery).where(*this).order_by(col(Delivery.id))))


def open_with_prefix(session: Session, prefix: str) -> list[Delivery]:
    """The same of every subject that begins so, by subject: only in that order SQLite takes the index."""
    this = col(Delivery.open), col(Delivery.subject).startswith(prefix, autoescape=True)
    return list(session.exec(select(Delivery).where(*this).order_by(Delivery.subject, Delivery.channel)))


def put(
    session: Session,
    channel: str,
    subject: str,
    content: dict[str, Any],
    *,
    due: bool = True,
    open: bool = True,
    priority: Priority = Priority.FIRST,
) -> Delivery:
    """A new message. `due=False`: it waits until it is worth telling; `open=False`: nothing will edit it."""
    row = Delivery(
        channel=channel,
        subject=subject,
        content=content,
        due=due,
        open=open,
        priority=priority,
        turn=_newest(session),
    )
    session.add(row)
    session.flush()
    return row


def edit(session: Session, row: Delivery, content: dict[str, Any], *, due: bool = True) -> None:
    """The message is to say something else; `due=False`: that alone is no reason to send it."""
    if due and not row.due:
        row.due, row.turn = True, _newest(session)
    row.content = content
    row.revision += 1
    row.updated_at = now()
    session.add(row)


def _newest(session: Session) -> int:
    return session.exec(select(func.max(Delivery.id))).one() or 0


def close(session: Session, row: Delivery) -> None:
    """Later facts about the subject begin a new message."""
    row.open = False
    session.add(row)


def close_about(session: Session, subject: str) -> None:
    """The same for all of a subject."""
    this = col(Delivery.open), col(Delivery.subject) == subject
    session.exec(update(Delivery).where(*this).values(open=False))


def heads(session: Session) -> list[Delivery]:
    """The due message of each channel and priority whose turn it is: the next one may not overtake it.

    What goes first is first, over all channels.
    """
    order = col(Delivery.turn), col(Delivery.id)
    turns = func.row_number().over(
        partition_by=(col(Delivery.channel), col(Delivery.priority)), order_by=order
    )
    waiting = select(col(Delivery.id), turns.label("place")).where(col(Delivery.due)).subquery()
    first = select(waiting.c.id).where(waiting.c.place == 1)
    rows = select(Delivery).where(col(Delivery.id).in_(first))
    return list(session.exec(rows.order_by(col(Delivery.priority), *order)))


def claim(session: Session, row: Delivery, conversation: str) -> None:
    """Written before the request to Slack, so that a crash in between is noticed."""
    _update(session, row, claimed_at=now(), conversation=conversation)


def sent(session: Session, row: Delivery, conversation: str, ts: str, shown: str | None = None) -> None:
    """Slack has this revision, `shown` is its digest. A newer one, written meanwhile, stays due."""
    newest = select(func.max(Delivery.id)).scalar_subquery()
    edited = col(Delivery.revision) != row.revision
    done = {"attempts": 0, "next_try_at": None, "claimed_at": None, "shown": shown}
    _update(session, row, ts=ts, conversation=conversation, due=edited, turn=newest, **done)


def hand_out(session: Session, row: Delivery, channels: Sequence[str]) -> None:
    """To each of them goes a message of its own, as the row is by now; later facts edit those."""
    fresh = session.get_one(Delivery, row.id, with_for_update=True)
    priority = Priority(fresh.priority)
    for channel in channels:
        put(session, channel, fresh.subject, fresh.content, open=fresh.open, priority=priority)
    _update(session, fresh, due=False, open=False)


def later(session: Session, row: Delivery, at: datetime, *, refused: bool) -> None:
    """Not now. `refused`: Slack said so itself; otherwise it may have taken it, and the claim stays."""
    claimed = {"claimed_at": None} if refused else {}
    _update(session, row, attempts=row.attempts + 1, next_try_at=at, **claimed)


def give_up(session: Session, row: Delivery, failure: str) -> None:
    """Slack will never take it."""
    _update(session, row, due=False, open=False, claimed_at=None, failure=failure)


def prune(database: Database, questions: str) -> None:
    """Of what was sent. A question, whose subject begins so, stays while it is open: it is to say its answer then."""
    old = col(Delivery.updated_at) < now() - KEEP_SENT
    waits = col(Delivery.open) & col(Delivery.subject).startswith(questions)
    pruning.prune(database, Delivery, old, col(Delivery.due).is_(False), ~waits)


def _update(session: Session, row: Delivery, **values: object) -> None:
    session.exec(update(Delivery).where(col(Delivery.id) == row.id).values(**values))
