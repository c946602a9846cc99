"""Phones that come and go become messages: one for a burst that comes, one for a burst that goes, one for flapping.

The last message about a phone says how it is: what would edit a message above another one about that phone begins a new
one instead. Thousands of phones are gathered in memory, and each message is written once a transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from sqlmodel import Session

from handlers.alerts import routing
from handlers.alerts.context import AlertContext
from handlers.alerts.phone_messages import Flapping, FlappingEnded, Registrations
from models import outbox
from models.event import REGISTRATIONS, Event, Kind
from models.lease import Holder
from models.outbox import OutboxMessage, Priority
from models.types import now
from pbx import presence
from pbx.listener import LEASE
from pbx.services import Services

UP, DOWN = "registrations:up", "registrations:down"
BURST_SILENCE = 30  # seconds; after it, a registration begins a new message
BURST_LONGEST = 600
MOST_PHONES = 10_000  # of one message
FLAPPING_WITHIN = timedelta(minutes=10)
FLAPPING_CHANGES = 6  # three times away and back
SETTLED_AFTER = FLAPPING_WITHIN  # not sooner, or what was told already would count again
FLAPPING = "flapping:"


@dataclass
class Burst:
    """A message that may go on. `content` grows here; the row gets it at the end."""

    row: OutboxMessage
    content: Registrations
    changed: bool = False

    def has(self, number: str) -> bool:
        return number in self.content.phones

    def goes_on(self, at: float) -> bool:
        """By the events' own times, whenever they are told."""
        silence, length = abs(at - self.content.until), abs(at - self.content.since)
        return silence <= BURST_SILENCE and length <= BURST_LONGEST and len(self.content.phones) < MOST_PHONES


class Phones:
    """The phones of one transaction's events; finish() writes what came of them."""

    def __init__(self, desk: AlertContext, events: Sequence[Event]) -> None:
        self._desk = desk
        about = [event for event in events if event.kind in REGISTRATIONS]
        numbers = {event.number for event in about}
        since = min((event.at for event in about), default=now()) - FLAPPING_WITHIN
        self._past = presence.registrations_of(desk.session, numbers, since)
        self._phones = presence.phones_of(desk.session, numbers)
        flapping = outbox.open_with_prefix(desk.session, FLAPPING) if about else []
        self._flapping = {(row.channel, row.subject): row for row in flapping}
        self._bursts: dict[tuple[str, str], Burst | None] = {}  # None: there is none

    def tell(self, event: Event) -> None:
        channel = self._desk.channel(routing.REGISTRATIONS, event.number)
        if not channel or self._is_flapping(channel, event):
            return
        burst = self._burst_for(channel, event) or self._begin(channel, event)
        burst.content.add(event, has_another=self._has_another(event))
        burst.changed = True

    def finish(self) -> None:
        for burst in self._bursts.values():
            if burst:
                self._write(burst)

    def _burst_for(self, channel: str, event: Event) -> Burst | None:
        """The message that this event edits, unless a later one has told of the phone since."""
        mine, other = _subjects(event)
        burst, later = self._open(channel, mine), self._open(channel, other)
        if burst is None:
            return None
        told_since = later and _is_older(burst, later) and later.has(event.number)
        if not told_since and burst.goes_on(event.at.timestamp()):
            return burst
        self._close(channel, mine)
        if later and _is_older(later, burst):
            self._close(channel, other)  # or it would be edited above the one that has just ended
        return None

    def _begin(self, channel: str, event: Event) -> Burst:
        subject, content = _subjects(event)[0], Registrations.begin(event)
        row = outbox.put(
            self._desk.session, channel, subject, content.as_json(), priority=Priority.REGISTRATIONS
        )
        self._bursts[channel, subject] = burst = Burst(row, content)
        return burst

    def _open(self, channel: str, subject: str) -> Burst | None:
        if (channel, subject) not in self._bursts:
            rows = outbox.open_about(self._desk.session, subject)
            row = next((row for row in rows if row.channel == channel), None)
            burst = Burst(row, Registrations.model_validate(row.content)) if row else None
            self._bursts[channel, subject] = burst
        return self._bursts[channel, subject]

    def _close(self, channel: str, subject: str) -> None:
        if burst := self._bursts[channel, subject]:
            self._write(burst)
            outbox.close(self._desk.session, burst.row)
        self._bursts[channel, subject] = None

    def _write(self, burst: Burst) -> None:
        if burst.changed:
            outbox.edit(self._desk.session, burst.row, burst.content.as_json())

    def _has_another(self, event: Event) -> bool:
        """The extension is still there with another phone than the one that went."""
        return event.kind is Kind.UNREGISTERED and any(
            phone.registered
            and phone.since <= event.at
            and (phone.address, phone.port) != (event.address, event.port)
            for phone in self._phones.get(event.number, ())
        )

    def _is_flapping(self, channel: str, event: Event) -> bool:
        """Told once; what the phone does then is only counted, until it settles."""
        session, subject = self._desk.session, FLAPPING + event.number
        if before := self._flapping.get((channel, subject)):
            content = Flapping.model_validate(before.content)
            more = content.model_copy(update={"changes": content.changes + 1})
            outbox.edit(session, before, more.as_json(), due=False)
            return True
        changes = self._changes(event)
        if changes < FLAPPING_CHANGES:
            return False
        content = Flapping(number=event.number, changes=changes)
        row = outbox.put(session, channel, subject, content.as_json(), priority=Priority.REGISTRATIONS)
        self._flapping[channel, subject] = row
        return True

    def _changes(self, event: Event) -> int:
        """How often the extension came or went lately, this time included; its phones together count once."""
        since, event_id = event.at - FLAPPING_WITHIN, event.id or 0
        past = self._past.get(event.number, ())
        lately = [each.kind for each in past if each.id <= event_id and each.at >= since]
        return len(list(groupby(lately)))


def _subjects(event: Event) -> tuple[str, str]:
    """Of the event's own messages, and of those of the opposite."""
    return (DOWN, UP) if event.kind is Kind.UNREGISTERED else (UP, DOWN)


def _is_older(one: Burst, other: Burst) -> bool:
    return (one.row.id or 0) < (other.row.id or 0)


def settle(system: Services, holder: Holder) -> None:
    """Flapping phones that have been quiet for a while are told again. Raises LeaseLost."""
    with system.database.session() as session:
        quiet = [row.id for row in outbox.open_with_prefix(session, FLAPPING) if _is_quiet(row)]
    for row_id in quiet:
        with holder.writing(system.database, LEASE) as session:
            row = session.get(OutboxMessage, row_id)
            if row and row.open and _is_quiet(row):
                _settle(session, row)


def _is_quiet(row: OutboxMessage) -> bool:
    """By a clock that may have been set back."""
    return abs(now() - row.updated_at) > SETTLED_AFTER


def _settle(session: Session, row: OutboxMessage) -> None:
    """What comes next is told below it, and not in a message above."""
    flapping = Flapping.model_validate(row.content)
    number, phone = flapping.number, presence.last_phone(session, flapping.number)
    is_registered = bool(phone and phone.registered)
    ended = FlappingEnded(number=number, changes=flapping.changes, registered=is_registered).as_json()
    outbox.close(session, row)
    outbox.put(session, row.channel, f"settled:{number}", ended, open=False, priority=Priority.REGISTRATIONS)
    for burst in (each for subject in (UP, DOWN) for each in outbox.open_about(session, subject)):
        if burst.channel == row.channel:
            outbox.close(session, burst)
