"""Failed SIP logins become messages: one for each of a few addresses at a time, and one for all others.

Few failures are typing errors, and told nobody. A single attacker is as urgent as a call; a flood from many addresses
waits behind everything else, since it would hide it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handlers.alerts import login_messages, routing
from handlers.alerts.context import AlertContext
from handlers.alerts.words import Content
from models import outbox
from models.event import Event, Kind
from models.outbox import Priority
from pbx.login_counts import MANY

SECURITY = "security:"
FROM = 3  # failed logins of one address; fewer are typing errors
SILENCE = 3600  # seconds; after it, an attack begins a new message
MOST_TOLD = 5  # addresses with a message of their own
MOST_QUIET = 20  # addresses that are not worth telling yet, in
QUIET_SECONDS = 600
LOUD = 20  # failed logins of one address in one minute: told for itself, whatever else goes on
MOST_LOUD = 20  # addresses with a message of their own in QUIET_SECONDS, those included
EDIT_SECONDS = 180  # a flood's message is never older

Grow = Callable[[Event, Content | None], Content]


class Logins:
    """The failed logins of one transaction's events."""

    def __init__(self, desk: AlertContext, events: Sequence[Event]) -> None:
        self._desk = desk
        is_any = any(event.kind is Kind.LOGIN_FAILED for event in events)
        rows = outbox.open_with_prefix(desk.session, SECURITY) if is_any else []
        self._open = {(row.channel, row.subject): row for row in rows}

    def tell(self, event: Event) -> None:
        """Where nobody wants to know, nothing is counted either."""
        channel = self._desk.channel(routing.SECURITY, event.number)
        if not channel:
            return
        self._close_what_is_over(channel, event.at.timestamp())
        if self._has_its_own(channel, event):
            own = SECURITY + event.address
            self._write(channel, own, Priority.FIRST, login_messages.security, event)
        else:
            self._write(channel, SECURITY + MANY, Priority.FLOOD, login_messages.flood, event)

    def _close_what_is_over(self, channel: str, at: float) -> None:
        """By the events' own times, whenever they are told."""
        for place, row in list(self._open.items()):
            if place[0] == channel and abs(at - row.content["until"]) > SILENCE:
                outbox.close(self._desk.session, self._open.pop(place))

    def _has_its_own(self, channel: str, event: Event) -> bool:
        """Whether the address has a message, or gets one."""
        if event.address == MANY:
            return False
        at = event.at.timestamp()
        here = [row.content for (where, _), row in self._open.items() if where == channel]
        recent = [each for each in here if abs(at - each["until"]) < QUIET_SECONDS]
        told = [each for each in recent if each["kind"] == "security" and each["count"] >= FROM]
        room = MOST_LOUD if event.count >= LOUD else MOST_TOLD
        if before := self._open.get((channel, SECURITY + event.address)):
            return before.content["count"] >= FROM or len(told) < room
        quiet = [each for each in recent if each["count"] < FROM]
        return len(told) < room and (len(quiet) < MOST_QUIET or event.count >= LOUD)

    def _write(self, channel: str, subject: str, priority: Priority, grow: Grow, event: Event) -> None:
        session, before = self._desk.session, self._open.get((channel, subject))
        content = grow(event, before.content if before else None)
        due = _is_news(content, before.content if before else {})
        content["said_at"] = content["until"] if due or not before else before.content.get("said_at", 0)
        if before:
            outbox.edit(session, before, content, due=due)
        else:
            put = outbox.put(session, channel, subject, content, due=due, priority=priority)
            self._open[channel, subject] = put


def _is_news(content: Content, before: Content) -> bool:
    """Whether the message is to be edited. Of a flood, the next round count may be hours away."""
    if round_count(content["count"]) > round_count(before.get("count", 0)):
        return True
    is_old: bool = content["until"] - before.get("said_at", 0) > EDIT_SECONDS
    is_flood: bool = content["kind"] == "flood" and content["count"] >= FROM
    return is_flood and is_old


def round_count(count: int) -> int:
    """The last of 3, 5, 10, 20, 50, 100 … on the way there, or 0: an attack of thousands is a handful of edits."""
    if count < FROM:
        return 0
    power = 10 ** (len(str(count)) - 1)
    return int(max(FROM, *(lead * power for lead in (1, 2, 5) if lead * power <= count)))
