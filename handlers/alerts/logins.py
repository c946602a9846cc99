"""Failed SIP logins become messages: one for each of a few addresses at a time, and one for all others.

Few failures are typing errors, and told nobody. A single attacker is as urgent as a call; a flood from many addresses
waits behind everything else, since it would hide it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.alerts import routing
from handlers.alerts.context import AlertContext
from handlers.alerts.login_messages import AddressAttack, FailedLogins, LoginFlood
from models import outbox
from models.event import Event, Kind
from models.outbox import OutboxMessage, Priority
from pbx.login_counts import MANY

SECURITY = "security:"
FLOOD = SECURITY + MANY
FROM = 3  # failed logins of one address; fewer are typing errors
SILENCE = 3600  # seconds; after it, an attack begins a new message
MOST_TOLD = 5  # addresses with a message of their own
MOST_QUIET = 20  # addresses that are not worth telling yet, in
QUIET_SECONDS = 600
LOUD = 20  # failed logins of one address in one minute: told for itself, whatever else goes on
MOST_LOUD = 20  # addresses with a message of their own in QUIET_SECONDS, those included
EDIT_SECONDS = 180  # a flood's message is never older


@dataclass
class OpenMessage:
    """A message that may go on, and what its row says."""

    row: OutboxMessage
    content: FailedLogins


class Logins:
    """The failed logins of one transaction's events."""

    def __init__(self, desk: AlertContext, events: Sequence[Event]) -> None:
        self._desk = desk
        is_any = any(event.kind is Kind.LOGIN_FAILED for event in events)
        rows = outbox.open_with_prefix(desk.session, SECURITY) if is_any else []
        self._open = {
            (row.channel, row.subject): OpenMessage(row, _kind(row.subject).model_validate(row.content))
            for row in rows
        }

    def tell(self, event: Event) -> None:
        """Where nobody wants to know, nothing is counted either."""
        channel = self._desk.channel(routing.SECURITY, event.number)
        if not channel:
            return
        self._close_what_is_over(channel, event.at.timestamp())
        if self._has_its_own(channel, event):
            self._write(channel, SECURITY + event.address, Priority.FIRST, event)
        else:
            self._write(channel, FLOOD, Priority.FLOOD, event)

    def _close_what_is_over(self, channel: str, at: float) -> None:
        """By the events' own times, whenever they are told."""
        for place, each in list(self._open.items()):
            if place[0] == channel and abs(at - each.content.until) > SILENCE:
                outbox.close(self._desk.session, self._open.pop(place).row)

    def _has_its_own(self, channel: str, event: Event) -> bool:
        """Whether the address has a message, or gets one."""
        if event.address == MANY:
            return False
        at = event.at.timestamp()
        here = [each.content for (where, _), each in self._open.items() if where == channel]
        recent = [each for each in here if abs(at - each.until) < QUIET_SECONDS]
        told = [each for each in recent if isinstance(each, AddressAttack) and each.count >= FROM]
        room = MOST_LOUD if event.count >= LOUD else MOST_TOLD
        if before := self._open.get((channel, SECURITY + event.address)):
            return before.content.count >= FROM or len(told) < room
        quiet = [each for each in recent if each.count < FROM]
        return len(told) < room and (len(quiet) < MOST_QUIET or event.count >= LOUD)

    def _write(self, channel: str, subject: str, priority: Priority, event: Event) -> None:
        session, before = self._desk.session, self._open.get((channel, subject))
        content = before.content.after(event) if before else _kind(subject).begin(event)
        due = _is_news(content, before.content if before else None)
        if due or not before:
            content = content.model_copy(update={"said_at": content.until})
        if before:
            before.content = content
            outbox.edit(session, before.row, content.as_json(), due=due)
        else:
            row = outbox.put(session, channel, subject, content.as_json(), due=due, priority=priority)
            self._open[channel, subject] = OpenMessage(row, content)


def _kind(subject: str) -> type[FailedLogins]:
    return LoginFlood if subject == FLOOD else AddressAttack


def _is_news(content: FailedLogins, before: FailedLogins | None) -> bool:
    """Say whether the message is to be edited. Of a flood, the next round count may be hours away."""
    if round_count(content.count) > round_count(before.count if before else 0):
        return True
    is_old = content.until - (before.said_at if before else 0) > EDIT_SECONDS
    return isinstance(content, LoginFlood) and content.count >= FROM and is_old


def round_count(count: int) -> int:
    """The last of 3, 5, 10, 20, 50, 100 … on the way there, or 0: an attack of thousands is a handful of edits."""
    if count < FROM:
        return 0
    power = 10 ** (len(str(count)) - 1)
    return int(max(FROM, *(lead * power for lead in (1, 2, 5) if lead * power <= count)))
