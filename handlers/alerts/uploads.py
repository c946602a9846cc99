"""What is different with files: Slack shows them late, and may refuse them where it takes messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session

from handlers.alerts.channel_messages import UploadRefused
from handlers.slack.message_content import NotReady
from models import outbox
from models.outbox import OutboxMessage
from models.types import now

SUBJECT = "uploads"
# Slack answers an upload before its message is there: only later a look for it says whether it comes.
SHOWN_WITHIN = timedelta(seconds=30)


def wait_until_shown(row: OutboxMessage) -> None:
    """Raise NotReady while a file whose upload was begun before, and not answered, may yet appear."""
    seconds = (row.claimed_at + SHOWN_WITHIN - now()).total_seconds() if row.claimed_at else 0.0
    if seconds > 0:
        raise NotReady("Slack may have the file already", seconds)


def notify_refused(session: Session, admins: Sequence[str], error: str) -> None:
    """Notify the admins that Slack refuses files, once, until it takes one. What waits is kept."""
    outbox.enqueue_once(session, admins, SUBJECT, UploadRefused(error=error).as_json())


def note_taken(session: Session) -> None:
    """Note that Slack takes files: the next refusal is news again."""
    outbox.close_all(session, SUBJECT)
