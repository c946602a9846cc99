"""A phone that keeps coming and going is reported once, and once more when it has been quiet for a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from sqlmodel import Session

from handlers.alerts.context import AlertContext
from handlers.alerts.phone_messages import Flapping, FlappingEnded
from models import outbox
from models.event import Event
from models.lease import LeaseHolder
from models.outbox import OutboxMessage, Priority
from models.types import now
from pbx import presence
from pbx.services import Services

WITHIN = timedelta(minutes=10)
CHANGES = 6  # three times away and back
QUIET_AFTER = WITHIN  # not sooner, or changes that were reported already would count again
SUBJECT = "flapping:"


class FlappingPhones:
    """The phones that flap, as of one transaction's registrations."""

    def __init__(self, context: AlertContext, registrations: Sequence[Event]) -> None:
        self._session, self._names = context.session, context.names
        since = min((event.at for event in registrations), default=now()) - WITHIN
        numbers = {event.number for event in registrations}
        self._past = presence.registrations_of(context.session, numbers, since)
        rows = outbox.find_open_by_prefix(context.session, SUBJECT) if registrations else []
        self._rows = {(row.channel, row.subject): row for row in rows}

    def includes(self, channel: str, event: Event) -> bool:
        """Return whether the phone flaps: it is reported then, or its changes are counted if it was before."""
        subject = SUBJECT + event.number
        if row := self._rows.get((channel, subject)):
            before = Flapping.model_validate(row.content)
            content = before.model_copy(update={"changes": before.changes + 1})
            outbox.edit(self._session, row, content.as_json(), due=False)
            return True
        if (changes := self._changes(event)) < CHANGES:
            return False
        name, priority = self._names.get(event.number, ""), Priority.REGISTRATIONS
        content = Flapping(number=event.number, name=name, changes=changes)
        row = outbox.enqueue(self._session, channel, subject, content.as_json(), priority=priority)
        self._rows[channel, subject] = row
        return True

    def _changes(self, event: Event) -> int:
        """Return how often the extension came or went lately, with this event; its phones together count once."""
        since, event_id = event.at - WITHIN, event.id or 0
        past = self._past.get(event.number, ())
        lately = [each.kind for each in past if each.id <= event_id and each.at >= since]
        return len(list(groupby(lately)))


def report_quiet(services: Services, holder: LeaseHolder) -> None:
    """Report the flapping phones that have been quiet for a while. Raises LeaseLost."""
    with services.database.session() as session:
        quiet = [row.id for row in outbox.find_open_by_prefix(session, SUBJECT) if _is_quiet(row)]
    for row_id in quiet:
        with holder.transaction() as session:
            row = session.get(OutboxMessage, row_id)
            if row and row.open and _is_quiet(row):
                _report_quiet(session, row)


def _is_quiet(row: OutboxMessage) -> bool:
    return now() - row.updated_at > QUIET_AFTER


def _report_quiet(session: Session, row: OutboxMessage) -> None:
    """Close the bursts, too: what the phone does next is reported below, and not in a message above."""
    flapping = Flapping.model_validate(row.content)
    phone = presence.last_phone(session, flapping.number)
    known = flapping.model_dump(include={"number", "name", "changes"})
    ended = FlappingEnded(**known, registered=bool(phone and phone.registered)).as_json()
    subject, priority = f"settled:{flapping.number}", Priority.REGISTRATIONS
    outbox.close(session, row)
    outbox.enqueue(session, row.channel, subject, ended, open=False, priority=priority)
    for burst in outbox.find_open_by_prefix(session, "registrations:"):
        if burst.channel == row.channel:
            outbox.close(session, burst)
