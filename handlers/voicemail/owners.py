"""Whose a message was when it was recorded, however long ago: nobody else is to hear it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from models.audit import ADOPTED, CREATED, AuditEntry
from models.extension import Extension

FIELD = "slack_user_id"


def owner_at(session: Session, extension: Extension, at: datetime) -> str | None:
    """Return the Slack user that the extension had at that time; None: nobody was named.

    Its mailbox is no older than itself, whatever the clock of Asterisk's machine says: who had the number before, and
    that nobody had it, does not count.
    """
    later = col(AuditEntry.number) == extension.number, col(AuditEntry.at) > max(at, extension.created_at)
    changed = col(AuditEntry.action).not_in((CREATED, ADOPTED))
    for entry in session.exec(select(AuditEntry).where(*later, changed).order_by(col(AuditEntry.id))):
        if FIELD in entry.changes:
            before: str | None = entry.changes[FIELD][0]
            return before
    return extension.slack_user_id
