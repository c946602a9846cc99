"""Failed SIP logins become messages: one for each of a few addresses at a time, and one for all others.

Few failures are typing errors, and not reported. A single attacker is as urgent as a call; a flood from many addresses
waits behind everything else, since it would hide it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.alerts import routing
from handlers.alerts.context import AlertContext, Rule
from handlers.alerts.login_messages import AddressAttack, FailedLogins, LoginFlood
from models import outbox
from models.event import Event, EventKind
from models.outbox import OutboxMessage, Priority
from pbx.login_counts import MANY

SECURITY = "security:"
FLOOD = SECURITY + MANY
THRESHOLD = 3  # failed logins of one address; fewer are typing errors
SILENCE = 3600  # seconds; after it, an attack begins a new message
RECENT = 600  # seconds
MAX_ATTACKS = 5  # recent addresses with a message of their own
MAX_BELOW = 20  # recent addresses that are counted for themselves, and below the threshold
HEAVY = 20  # failed logins of one address in one minute: reported for itself, whatever else goes on
MAX_HEAVY = 20  # recent addresses with a message of their own, heavy ones included
EDIT_SECONDS = 180  # a flood's message is never older


@dataclass
class OpenMessage:
    """A message that may go on, and what its row says."""

    row: OutboxMessage
    content: FailedLogins


class Logins(Rule):
    """The failed logins of one transaction's events."""

    def __init__(self, context: AlertContext, events: Sequence[Event]) -> None:
        super().__init__(context, events)
        is_any = any(event.kind is EventKind.LOGIN_FAILED for event in events)
        rows = outbox.find_open_by_prefix(context.session, SECURITY) if is_any else []
        self._open = {
            (row.channel, row.subject): OpenMessage(row, _kind(row.subject).model_validate(row.content))
            for row in rows
        }

    def apply(self, event: Event) -> None:
        """Count the failed logins; not at all where they are routed nowhere."""
        channel = self.context.channel(routing.SECURITY, event.number)
        if not channel:
            return
        self._close_silent(channel, event.at.timestamp())
        if self._has_its_own(channel, event):
            self._write(channel, SECURITY + event.address, Priority.FIRST, event)
        else:
            self._write(channel, FLOOD, Priority.FLOOD, event)

    def _close_silent(self, channel: str, at: float) -> None:
        """Close the messages of attacks that are over, by the events' own times."""
        for key, each in list(self._open.items()):
            if key[0] == channel and abs(at - each.content.until) > SILENCE:
                outbox.close(self.context.session, self._open.pop(key).row)

    def _has_its_own(self, channel: str, event: Event) -> bool:
        """Return whether the address has a message of its own, or gets one."""
        if event.address == MANY:
            return False
        at = event.at.timestamp()
        here = [each.content for (where, _), each in self._open.items() if where == channel]
        recent = [each for each in here if abs(at - each.until) < RECENT]
        attacks = [each for each in recent if isinstance(each, AddressAttack) and each.count >= THRESHOLD]
        has_room = len(attacks) < (MAX_HEAVY if event.count >= HEAVY else MAX_ATTACKS)
        if before := self._open.get((channel, SECURITY + event.address)):
            return before.content.count >= THRESHOLD or has_room
        below = [each for each in recent if each.count < THRESHOLD]
        return has_room and (len(below) < MAX_BELOW or event.count >= HEAVY)

    def _write(self, channel: str, subject: str, priority: Priority, event: Event) -> None:
        session, before = self.context.session, self._open.get((channel, subject))
        content = before.content.after(event) if before else _kind(subject).begin(event)
        due = _is_due(content, before.content if before else None)
        if due or not before:
            content = content.model_copy(update={"said_at": content.until})
        if before:
            before.content = content
            outbox.edit(session, before.row, content.as_json(), due=due)
        else:
            row = outbox.enqueue(session, channel, subject, content.as_json(), due=due, priority=priority)
            self._open[channel, subject] = OpenMessage(row, content)


def _kind(subject: str) -> type[FailedLogins]:
    return LoginFlood if subject == FLOOD else AddressAttack


def _is_due(content: FailedLogins, before: FailedLogins | None) -> bool:
    """Return whether the message is to be posted or edited. Of a flood, the next milestone may be hours away."""
    if milestone(content.count) > milestone(before.count if before else 0):
        return True
    is_old = content.until - (before.said_at if before else 0) > EDIT_SECONDS
    return isinstance(content, LoginFlood) and content.count >= THRESHOLD and is_old


def milestone(count: int) -> int:
    """Return the last of 3, 5, 10, 20, 50, 100 … up to the count, or 0: an attack of thousands is a handful of edits."""
    if count < THRESHOLD:
        return 0
    power = 10 ** (len(str(count)) - 1)
    return int(max(THRESHOLD, *(lead * power for lead in (1, 2, 5) if lead * power <= count)))
