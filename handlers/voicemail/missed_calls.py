"""A missed call that went to voicemail is told only if no recording of it is: one call, one message."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlmodel import Session

from handlers.alerts.call_messages import MissedCall
from handlers.alerts.calls import HELD_BACK, VOICEMAIL
from handlers.alerts.gap_messages import MissedWhileAway
from handlers.alerts.gap_missed import SOME_HELD_BACK
from handlers.slack.message_content import MessageContent
from handlers.voicemail.messages import VoicemailReceived
from models import outbox
from models.outbox import OutboxMessage

RECEIVED = "voicemail:"  # begins the subject of what an owner reads of a recording
LONGEST = 3600.0  # seconds of a call: Asterisk gives out the names of channels anew when it starts


def held_back(session: Session) -> set[int]:
    """Return the messages about calls of which nobody has looked for a recording."""
    found = (outbox.find_open_by_prefix(session, each) for each in (HELD_BACK, SOME_HELD_BACK))
    return {row.id or 0 for rows in found for row in rows}


def send_without_recording(session: Session, messages: Collection[int]) -> int:
    """Send those of the messages whose calls left no recording, drop the others, and return how many are sent."""
    rows = [session.get_one(OutboxMessage, each) for each in messages]
    for row in rows:
        if left := _untold(session, row):
            outbox.edit(session, row, left.as_json())
        outbox.close(session, row)
    return sum(row.due for row in rows)


def _untold(session: Session, row: OutboxMessage) -> MessageContent | None:
    """Return the message without calls of which the same user reads by a recording; None: nothing is left."""
    theirs = outbox.find_open_by_prefix(session, RECEIVED, row.channel)
    received = [VoicemailReceived.model_validate(each.content) for each in theirs]
    if row.content["kind"] == MissedCall.kind:
        missed = MissedCall.model_validate(row.content)
        return None if _is_told(missed, received) else missed
    listed = MissedWhileAway.model_validate(row.content)
    left = [each for each in listed.calls if not _is_told(each, received)]
    return MissedWhileAway.of(listed.since, listed.until, left) if left else None


def _is_told(missed: MissedCall, received: Iterable[VoicemailReceived]) -> bool:
    return missed.disposition == VOICEMAIL and any(
        each.channel == missed.channel and missed.at - LONGEST < each.at <= missed.at for each in received
    )
