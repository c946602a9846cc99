"""Registrations become messages: one for a burst of phones that come, and one for a burst of phones that go.

The last message about a phone says how it is: what would edit a message above another one about that phone begins a new
one instead. Thousands of phones are gathered in memory, and each message is written once a transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.alerts import routing
from handlers.alerts.context import AlertContext, Rule
from handlers.alerts.flapping import FlappingPhones
from handlers.alerts.phone_messages import RegistrationBurst
from models import outbox
from models.event import REGISTRATIONS, Event, EventKind
from models.outbox import OutboxMessage, Priority
from pbx import presence

UP, DOWN = "registrations:up", "registrations:down"
BURST_SILENCE = 30  # seconds; after it, a registration begins a new message
MAX_BURST_SECONDS = 600
MAX_PHONES = 10_000  # of one message


@dataclass
class Burst:
    """A message that may go on. `content` grows here; the row gets it at the end."""

    row: OutboxMessage
    content: RegistrationBurst
    changed: bool = False

    def has(self, number: str) -> bool:
        return number in self.content.phones

    def continues(self, at: float) -> bool:
        """Return whether an event at that time belongs to it, by the events' own times."""
        silence, length = abs(at - self.content.until), abs(at - self.content.since)
        return (
            silence <= BURST_SILENCE and length <= MAX_BURST_SECONDS and len(self.content.phones) < MAX_PHONES
        )

    def is_older_than(self, other: Burst) -> bool:
        return (self.row.id or 0) < (other.row.id or 0)


class Phones(Rule):
    """The registrations among one transaction's events."""

    def __init__(self, context: AlertContext, events: Sequence[Event]) -> None:
        super().__init__(context, events)
        registrations = [event for event in events if event.kind in REGISTRATIONS]
        self._flapping = FlappingPhones(context, registrations)
        self._phones = presence.phones_of(context.session, {event.number for event in registrations})
        self._bursts: dict[tuple[str, str], Burst | None] = {}  # None: there is none

    def apply(self, event: Event) -> None:
        """Add the phone to the burst that goes on, or to a new one."""
        channel = self.context.channel(routing.REGISTRATIONS, event.number)
        if not channel or self._flapping.includes(channel, event):
            return
        burst = self._continued(channel, event) or self._begin(channel, event)
        name = self.context.names.get(event.number, "")
        burst.content.add(event, name, has_another=self._has_another(event))
        burst.changed = True

    def finish(self) -> None:
        """Write the bursts that have grown."""
        for burst in self._bursts.values():
            if burst:
                self._write(burst)

    def _continued(self, channel: str, event: Event) -> Burst | None:
        """Return the message that this event edits; None: there is none, or a later one names the phone."""
        mine, opposite = _subjects(event)
        burst, other = self._open(channel, mine), self._open(channel, opposite)
        if burst is None:
            return None
        is_named_later = other and burst.is_older_than(other) and other.has(event.number)
        if not is_named_later and burst.continues(event.at.timestamp()):
            return burst
        self._close(channel, mine)
        if other and other.is_older_than(burst):
            self._close(channel, opposite)  # or it would be edited above the one that has just ended
        return None

    def _begin(self, channel: str, event: Event) -> Burst:
        (subject, _), content = _subjects(event), RegistrationBurst.begin(event)
        session, priority = self.context.session, Priority.REGISTRATIONS
        row = outbox.enqueue(session, channel, subject, content.as_json(), priority=priority)
        self._bursts[channel, subject] = burst = Burst(row, content)
        return burst

    def _open(self, channel: str, subject: str) -> Burst | None:
        if (channel, subject) not in self._bursts:
            rows = outbox.find_open(self.context.session, subject)
            row = next((row for row in rows if row.channel == channel), None)
            burst = Burst(row, RegistrationBurst.model_validate(row.content)) if row else None
            self._bursts[channel, subject] = burst
        return self._bursts[channel, subject]

    def _close(self, channel: str, subject: str) -> None:
        if burst := self._bursts[channel, subject]:
            self._write(burst)
            outbox.close(self.context.session, burst.row)
        self._bursts[channel, subject] = None

    def _write(self, burst: Burst) -> None:
        if burst.changed:
            outbox.edit(self.context.session, burst.row, burst.content.as_json())

    def _has_another(self, event: Event) -> bool:
        """Return whether the extension is still there with another phone than the one that went."""
        return event.kind is EventKind.UNREGISTERED and any(
            phone.registered
            and phone.since <= event.at
            and (phone.address, phone.port) != (event.address, event.port)
            for phone in self._phones.get(event.number, ())
        )


def _subjects(event: Event) -> tuple[str, str]:
    """Return the subject of the event's own messages, and that of the opposite."""
    return (DOWN, UP) if event.kind is EventKind.UNREGISTERED else (UP, DOWN)
