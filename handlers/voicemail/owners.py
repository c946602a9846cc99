"""Whose a message was when it was recorded, however long ago: nobody else is to hear it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from handlers.number_history import NumberHistory
from models.extension import Extension


def owner_at(session: Session, extension: Extension, at: datetime) -> str | None:
    """Return the Slack user that the extension had at that time; None: nobody was named.

    Its mailbox is no older than itself, whatever the clock of Asterisk's machine says: who had the number before, and
    that nobody had it, does not count.
    """
    moment = max(at, extension.created_at)
    had = NumberHistory(session, moment, [extension.number]).at(extension.number, moment)
    return had.slack_user_id if had else None
