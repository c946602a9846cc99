"""Who has no extension any more: what they have permitted is taken back."""

from __future__ import annotations

import logging

from handlers.oncall.messages import NO_EXTENSION, StatusDisconnected
from models import outbox, status_connection
from models.database import Database

log = logging.getLogger("switchhook.oncall")


def disconnect_all(database: Database) -> None:
    """Begin to disconnect everybody without an extension, and tell each; what keeps the statuses does the rest."""
    with database.session() as session:
        for row in status_connection.without_extension(session):
            if not status_connection.begin_ending(session, row):
                continue  # another listener tells them
            content = StatusDisconnected(reason=NO_EXTENSION)
            outbox.enqueue(session, row.slack_user_id, "status-disconnected", content.as_json(), open=False)
            log.info("a Slack status is disconnected: no extension", extra={"user": row.slack_user_id})
