"""A channel, person or user group that nothing can be posted to is reported to the admins, once until something arrives."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, select

from handlers.alerts.channel_messages import ChannelBroken, GroupGone
from models import outbox
from models.extension import BY_NUMBER, Extension, is_of
from models.outbox import OutboxMessage

SUBJECT = "broken:"  # continued by the channel
SHOWN = 5  # extensions of a person


def is_about_one(row: OutboxMessage) -> bool:
    """Return whether the message itself reports one."""
    return row.subject.startswith(SUBJECT)


def notify(session: Session, admins: Sequence[str], channel: str, error: str, *, is_group: bool) -> None:
    """Enqueue for the admins what Slack says of a channel, unless they know already."""
    news = (
        GroupGone(group=channel, error=error)
        if is_group
        else ChannelBroken(channel=channel, error=error, numbers=_numbers_of(session, channel))
    )
    outbox.enqueue_once(session, admins, SUBJECT + channel, news.as_json())


def _numbers_of(session: Session, user_id: str) -> tuple[str, ...]:
    """Return the extensions that a person is the Slack user of."""
    theirs = select(Extension.number).where(is_of(user_id)).order_by(*BY_NUMBER)
    return tuple(session.exec(theirs.limit(SHOWN)))


def note_reached(session: Session, channel: str) -> None:
    """Note that a message has arrived there: the next refusal is news again."""
    outbox.close_all(session, SUBJECT + channel)
