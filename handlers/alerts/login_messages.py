"""Pure: failed SIP logins, in one message for an address, or one for very many."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field

from handlers.message_parts import NUMBERS_SHOWN, alert, bold, some
from handlers.slack.blocks import SlackMessage, clock, escape
from handlers.slack.message_content import MessageContent
from models.event import Event
from pbx.login_counts import UNKNOWN, minute_of

WHY = {"wrong secret": "wrong password", "unknown account": "no such extension"}
CLOSE = "Let your firewall take SIP only from where your phones and trunks are."


class FailedLogins(MessageContent):
    """Failed logins so far. `counted`: by address, those of the minute of `until`; times are epoch seconds."""

    count: int = 0
    addresses: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    why: str = ""
    until: float
    counted: dict[str, int] = Field(default_factory=dict)
    said_at: float = 0.0  # `until` when the message was last due

    @classmethod
    def begin(cls, event: Event) -> Self:
        """Return the failed logins of one event."""
        return cls(until=event.at.timestamp()).after(event)

    def after(self, event: Event) -> Self:
        """Return them with one more event, which has all attempts of an address in its minute: it counts anew."""
        at = event.at.timestamp()
        counted = self.counted if minute_of(self.until) == minute_of(at) else {}
        news = {
            "count": self.count + event.count - counted.get(event.address, 0),
            "addresses": _first(*self.addresses, event.address),
            "accounts": _first(*self.accounts, *(event.accounts or [event.number])),
            "why": event.reason,
            "until": at,
            "counted": counted | {event.address: event.count},
        }
        return self.model_copy(update=news)

    def _alert(self, source: str, who: str, todo: str) -> SlackMessage:
        headline = f"🚨 {bold(f'{self.count} failed phone logins from {source}')}"
        what = escape(f"{WHY.get(self.why, self.why)}, {who}. {todo}")
        return alert(headline, f"The last at {clock(self.until)}: {what}")


def _first(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))[:NUMBERS_SHOWN]


class AddressAttack(FailedLogins):
    """Failed logins from one address."""

    kind: ClassVar[str] = "security"

    def render(self) -> SlackMessage:
        todo = "If it is none of your phones, block the address in your firewall."
        if self.addresses[0] == UNKNOWN:
            todo = f"Line breaks in the account names hide where they come from. {CLOSE}"
        return self._alert(self.addresses[0], f"as {some(self.accounts)}", todo)


class LoginFlood(FailedLogins):
    """Failed logins from so many addresses that they share a message."""

    kind: ClassVar[str] = "flood"

    def render(self) -> SlackMessage:
        return self._alert("many addresses", f"from {some(self.addresses)}, as {some(self.accounts)}", CLOSE)
