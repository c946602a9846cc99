"""Pure: phones that come, go, flap, and are steady again."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, Field

from handlers.alerts.message_parts import NUMBERS_SHOWN, alert, extensions, some
from handlers.slack.blocks import SlackMessage
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
    """What a phone did last. Details are kept of a phone that is alone in its message."""

    what: str  # a EventKind, or LOST_ONE
    place: str = ""
    phone: str = ""  # its User-Agent
    why: str = ""

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

    def add(self, event: Event, *, has_another: bool = False) -> None:
        """Add what a phone did; it counts once, as it is now.

        `has_another`: the extension is still there with another phone than the one that went.
        """
        what = LOST_ONE if has_another and event.kind is EventKind.UNREGISTERED else event.kind
        self.phones.pop(event.number, None)
        if len(self.phones) == 1:
            self.phones = {number: PhoneChange(what=each.what) for number, each in self.phones.items()}
        details = {"place": f"{event.address}:{event.port}", "phone": event.user_agent, "why": event.reason}
        self.phones[event.number] = PhoneChange(what=what, **({} if self.phones else details))
        self.backfilled = self.backfilled and event.backfilled
        self.until = event.at.timestamp()

    def render(self) -> SlackMessage:
        lines = [line for what, mark, word in LINES if (line := self._line(what, mark, word))]
        details = next(iter(self.phones.values())).details() if len(self.phones) == 1 else ""
        return alert("\n".join(lines), details, backfilled=self.backfilled)

    def _line(self, what: str, mark: str, word: str) -> str:
        numbers = [number for number, phone in self.phones.items() if phone.what == what]
        if len(numbers) > NUMBERS_SHOWN:
            return f"{mark} {len(numbers)} extensions {word}: {some(sorted(numbers, key=by_size))}"
        return f"{mark} {extensions(numbers)} {word}" if numbers else ""


class Flapping(MessageContent):
    """A phone that keeps coming and going."""

    kind: ClassVar[str] = "flapping"
    number: str
    changes: int

    def render(self) -> SlackMessage:
        hint = "its network or power is unsteady; told again when it has settled"
        headline = f"〰️ Extension {self.number} is flapping: it came or went {self.changes} times"
        return alert(headline, hint)


class FlappingEnded(MessageContent):
    """A phone that has been quiet for a while after flapping."""

    kind: ClassVar[str] = "settled"
    number: str
    changes: int
    registered: bool

    def render(self) -> SlackMessage:
        mark, word = ("✅", "registered") if self.registered else ("⚫", "offline")
        headline = f"{mark} Extension {self.number} has settled: {word}"
        return alert(headline, f"after {self.changes} changes")
