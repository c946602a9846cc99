"""A missed call that went to voicemail is told only if no recording of it is: one call, one message."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session

from handlers.alerts.call_messages import MissedCall
from handlers.alerts.calls import HELD_BACK
from handlers.voicemail.messages import VoicemailReceived
from models import outbox
from models.outbox import OutboxMessage

RECEIVED = "voicemail:"  # begins the subject of what an owner reads of a recording
LONGEST = 3600.0  # seconds of a call: Asterisk gives out the names of channels anew when it starts


def held_back(session: Session) -> set[int]:
    """Return the messages about calls of which nobody has looked for a recording."""
    return {row.id or 0 for row in outbox.find_open_by_prefix(session, HELD_BACK)}


def send_without_recording(session: Session, messages: Collection[int]) -> int:
    """Send those of the messages whose calls left no recording, drop the others, and return how many are sent."""
    rows = [session.get_one(OutboxMessage, each) for each in messages]
    for row in rows:
        if not _is_told(session, row):
            outbox.edit(session, row, row.content)
        outbox.close(session, row)
    return sum(row.due for row in rows)


def _is_told(session: Session, row: OutboxMessage) -> bool:
    """Return whether the same user reads of a recording of that call."""
    missed = MissedCall.model_validate(row.content)
    theirs = outbox.find_open_by_prefix(session, RECEIVED, row.channel)
    received = [VoicemailReceived.model_validate(each.content) for each in theirs]
    return any(
        each.channel == missed.channel and missed.at - LONGEST < each.at <= missed.at for each in received
    )
