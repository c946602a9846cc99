"""Messages that a listener of an older version gave up, as it could not read them: it was not restarted with the web process.

Only those are sent late that say the same then; of a call, nobody wants to read that it rings.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlmodel import Session

from handlers import message_kinds
from handlers.onboarding.messages import Welcome
from handlers.oncall.messages import StatusDisconnected
from handlers.steps.messages import StepUntold
from models import outbox
from models.lease import LeaseHolder
from models.outbox import OutboxMessage
from models.types import now

log = logging.getLogger("switchhook.poster")

LATELY = timedelta(days=1)
SENT_LATE = (Welcome, StatusDisconnected, StepUntold)


def readable(session: Session) -> list[OutboxMessage]:
    """Return those that this version can read."""
    return [row for row in outbox.unshown(session, now() - LATELY) if _is_readable(row)]


def retry(holder: LeaseHolder) -> None:
    """Have them sent. Raises LeaseLost."""
    with holder.transaction() as session:
        for row in readable(session):
            outbox.retry(session, row)
            log.info(
                "a message is sent that a listener of another version gave up",
                extra={"outbox_message": row.id},
            )


def _is_readable(row: OutboxMessage) -> bool:
    try:
        content = message_kinds.read(row.content)
        content.as_posted()
    except Exception:  # whatever is wrong with it
        return False
    return isinstance(content, SENT_LATE)
