"""Whose a message was when it was recorded, however long ago: nobody else is to hear it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from models.audit import AuditEntry
from models.extension import Extension

FIELD = "slack_user_id"


def owner_at(session: Session, extension: Extension, at: datetime) -> str | None:
    """Return the Slack user that the extension had at that time; None: nobody was named."""
    later = col(AuditEntry.number) == extension.number, col(AuditEntry.at) > at
    for entry in session.exec(select(AuditEntry).where(*later).order_by(col(AuditEntry.id))):
        if FIELD in entry.changes:
            before: str | None = entry.changes[FIELD][0]
            return before
    return extension.slack_user_id
