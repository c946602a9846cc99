"""Pure: phones that come, go, flap, and are steady again."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, Field

from handlers.message_parts import NUMBERS_SHOWN, alert, bold, extensions, party, some
from handlers.slack.blocks import SlackMessage, escape
from handlers.slack.message_content import MessageContent
from models.event import Event, EventKind
from models.number import by_size

LOST_ONE = "lost one"  # what a phone did whose extension has another

WHY = {
    "left": "it logged out",
    "expired": "its registration expired",
    "unreachable": "it does not answer",
    "locked out": "its extension was disabled or deleted, or has a new password",
}
LINES = (
    (EventKind.REGISTERED, "✅", "registered"),
    (EventKind.MOVED, "↪️", "moved"),
    (EventKind.UNREGISTERED, "⚫", "offline"),
    (LOST_ONE, "📴", "lost a phone, still registered with another"),
)


class PhoneChange(BaseModel, frozen=True):
    """What a phone did last. Details are kept of a phone that is alone in its message, names of a few."""

    what: str  # a EventKind, or LOST_ONE
    place: str = ""
    phone: str = ""  # its User-Agent
    why: str = ""
    name: str = ""  # of its extension

    def details(self) -> str:
        if self.what in (EventKind.UNREGISTERED, LOST_ONE):
            return f"was at {self.place}; {WHY.get(self.why, self.why)}"
        return f"{self.phone or 'A phone'} at {self.place}"


class RegistrationBurst(MessageContent, frozen=False):
    """A burst of phones that come, or of phones that go; times are epoch seconds.

    Not frozen, unlike the others: it grows in place, since thousands of phones come together.
    """

    kind: ClassVar[str] = "registrations"
    phones: dict[str, PhoneChange] = Field(default_factory=dict)  # by number; the latest last
    backfilled: bool = False
    since: float
    until: float

    @classmethod
    def begin(cls, event: Event) -> RegistrationBurst:
        """Return a burst without a phone, for this event to be the first of."""
        since = event.at.timestamp()
        return cls(backfilled=event.backfilled, since=since, until=since)

    def add(self, event: Event, name: str = "", *, has_another: bool = False) -> None:
        """Add what a phone did; it counts once, as it is now.

        `name`: the extension's; `has_another`: it is still there with another phone than the one that went.
        """
        what = LOST_ONE if has_another and event.kind is EventKind.UNREGISTERED else event.kind
        self.phones.pop(event.number, None)
        if len(self.phones) == 1:
            self._keep("what", "name")
        elif len(self.phones) == NUMBERS_SHOWN:
            self._keep("what")
        details = {"place": f"{event.address}:{event.port}", "phone": event.user_agent, "why": event.reason}
        known = {} if self.phones else details
        known |= {"name": name} if len(self.phones) < NUMBERS_SHOWN else {}
        self.phones[event.number] = PhoneChange(what=what, **known)
        self.backfilled = self.backfilled and event.backfilled
        self.until = event.at.timestamp()

    def _keep(self, *fields: str) -> None:
        self.phones = {
            number: PhoneChange(**each.model_dump(include=set(fields)))
            for number, each in self.phones.items()
        }

    def render(self) -> SlackMessage:
        lines = [line for what, mark, word in LINES if (line := self._line(what, mark, word))]
        details = next(iter(self.phones.values())).details() if len(self.phones) == 1 else ""
        return alert("\n".join(lines), escape(details), backfilled=self.backfilled)

    def _line(self, what: str, mark: str, word: str) -> str:
        numbers = [number for number, phone in self.phones.items() if phone.what == what]
        if len(numbers) > NUMBERS_SHOWN:
            return escape(f"{mark} {len(numbers)} extensions {word}: {some(sorted(numbers, key=by_size))}")
        if len(numbers) == 1:
            return _about(f"{mark} {extensions(numbers)} {word}", self.phones[numbers[0]].name)
        named = [party(number, self.phones[number].name) for number in numbers]
        return escape(f"{mark} {extensions(named)} {word}") if numbers else ""


def _about(line: str, name: str) -> str:
    """Return the guide's line as it is, with the name of who has the phone behind it."""
    return f"{escape(line)} · {bold(name)}" if name else escape(line)


class Flapping(MessageContent):
    """A phone that keeps coming and going."""

    kind: ClassVar[str] = "flapping"
    number: str
    name: str = ""
    changes: int

    def render(self) -> SlackMessage:
        hint = "Its network or power is unsteady; told again when it has settled"
        who = bold(f"The phone of {party(self.number, self.name)} keeps coming and going")
        return alert(f"〰️ {who} · came or went {self.changes} times", hint)


class FlappingEnded(MessageContent):
    """A phone that has been quiet for a while after flapping."""

    kind: ClassVar[str] = "settled"
    number: str
    name: str = ""
    changes: int
    registered: bool

    def render(self) -> SlackMessage:
        mark, word = ("✅", "registered") if self.registered else ("⚫", "offline")
        who = bold(f"The phone of {party(self.number, self.name)} has settled")
        return alert(f"{mark} {who} · {word}", f"It came or went {self.changes} times")
