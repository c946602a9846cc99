"""The messages of calls that people asked for follow what Asterisk tells of them."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, func, select

from handlers.calls.messages import CallAsked
from models import outbox
from models.event import Event, EventKind
from models.extension import Extension
from models.outbox import OutboxMessage
from models.types import now
from pbx.asked_calls import is_asked

SUBJECT = "asked-call:"  # the Linkedid follows
LATELY = timedelta(minutes=1)


def keep(session: Session, user_id: str, linkedid: str, call: CallAsked) -> None:
    """Store the message of a call that is about to be made; it is sent once Asterisk tells of the call.

    Locks the asker's extensions until the end of the session, so that who asks many times at once is counted one by one:
    PostgreSQL would not show one session what another has not committed yet. SQLite writes one by one anyway.
    """
    theirs = select(Extension.id).where(col(Extension.slack_user_id) == user_id).order_by(col(Extension.id))
    session.exec(theirs.with_for_update()).all()
    outbox.enqueue(session, user_id, f"{SUBJECT}{linkedid}", call.as_json(), due=False)


def follow(session: Session, event: Event) -> None:
    """Have the asker read how their call stands now."""
    if not is_asked(event.linkedid):
        return
    for row in outbox.find_open(session, f"{SUBJECT}{event.linkedid}"):
        outbox.edit(session, row, CallAsked.model_validate(row.content).after(event).as_json())
        if event.kind is EventKind.ENDED:
            outbox.close(session, row)


def is_own_phone(event: Event) -> bool:
    """Return whether an event is about the phone of who asked for the call, and so nobody else's business."""
    return is_asked(event.linkedid) and event.number == event.peer


def asked_lately(session: Session, user_id: str) -> int:
    """Count the calls that somebody has asked for within a minute, also those that came to nothing."""
    theirs = OutboxMessage.channel == user_id, col(OutboxMessage.subject).startswith(SUBJECT)
    lately = select(func.count()).where(*theirs, col(OutboxMessage.created_at) > now() - LATELY)
    return session.exec(lately.select_from(OutboxMessage)).one()
