"""Pure: calls, in one message that is edited from ringing to answered to ended, and missed calls.

The headline says who and how, by name; the guide's line, which names Asterisk's channel, stands below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from handlers.message_parts import (
    BACKFILLED,
    MAX_NUMBER_LENGTH,
    alert,
    bold,
    caller,
    extensions,
    party,
    some,
)
from handlers.slack.blocks import SlackMessage, clock, context, escape, section
from handlers.slack.message_content import MessageContent
from handlers.slack.times import moment
from handlers.wording import duration, shorten
from models.event import Event, EventKind

WORDS = {
    "voicemail": "went to voicemail",
    "cancelled": "the caller hung up",
    "unavailable": "no phone could be reached",
    "failed": "did not come through",
}
MISSED = ("no answer", "busy", "cancelled", "unavailable")


class CallMessage(MessageContent):
    """A call, as it is after its latest event. `answered_at`: epoch seconds; lengths are in seconds; None: unknown."""

    kind: ClassVar[str] = "call"
    caller: str
    caller_name: str = ""  # as Asterisk has it
    names: dict[str, str] = Field(default_factory=dict)  # of our extensions among its parties, by number
    rang: tuple[str, ...] = ()
    state: EventKind = EventKind.RINGING
    callee: str = ""
    answered_at: float | None = None
    rang_seconds: float | None = None
    talked_seconds: float | None = None
    channel: str = ""
    cause_text: str = ""
    disposition: str = ""
    backfilled: bool = (
        False  # found by a resync; what Asterisk has recorded is known as well as what was heard
    )

    @classmethod
    def begin(cls, event: Event, names: Mapping[str, str]) -> CallMessage:
        """Return the call that is first heard of by this event. `names`: of our extensions, by number."""
        return cls(caller=event.peer).after(event, names)

    def after(self, event: Event, names: Mapping[str, str]) -> CallMessage:
        """Return the call as it is after one more event."""
        theirs = {each: names[each] for each in (event.peer, event.number) if each in names}
        # What was found out later happened to those who were named before.
        both = theirs | self.names if event.backfilled else self.names | theirs
        common = {"backfilled": event.backfilled and event.gap is None, "names": both}
        return self.model_copy(update=common | self._news(event))

    def _news(self, event: Event) -> dict[str, object]:
        if event.kind is EventKind.RINGING:
            rang = tuple(dict.fromkeys((*self.rang, event.number)))
            return {"rang": rang, "caller_name": event.peer_name or self.caller_name}
        news: dict[str, object] = {"state": event.kind, "callee": event.number, "rang_seconds": event.rang}
        if event.kind is EventKind.ANSWERED:
            news["answered_at"] = event.at.timestamp()
        else:
            news |= {
                "channel": event.channel,
                "cause_text": event.cause_text,
                "disposition": event.reason,
                "talked_seconds": event.talked,
            }
        return news

    def render(self) -> SlackMessage:
        """Return the message, with the guide's line where it has one."""
        if self.state is EventKind.RINGING:
            line = f"🔔 {extensions(self.rang)} ringing from {caller(self.caller, '')}"
            return self._alert("🔔", bold(f"{self._by} → {self._all(self.rang)}"), "ringing", line)
        if self.state is EventKind.ANSWERED:
            since = f"talking since {clock(self.answered_at)}" if self.answered_at else "talking"
            rang = duration(self.rang_seconds or 0)
            line = (
                f"{shorten(self.callee, MAX_NUMBER_LENGTH)} answered {caller(self.caller, '')} after {rang}"
            )
            return self._alert("🗣️", self._parties, since, line)
        return self._ended()

    def _ended(self) -> SlackMessage:
        """Leave out lengths of a backfilled call: nobody knows when it ended, nor why."""
        line = f"📞 Call ended: {self.channel} - {self.cause_text or 'Unknown'}"
        is_answered = self.disposition == "answered"
        if self.backfilled:
            return self._alert("📞", self._parties, "answered, ended" if is_answered else "ended", line)
        line += f" · rang {duration(self.rang_seconds or 0)}"
        if is_answered:
            return self._alert("📞", self._parties, f"talked {duration(self.talked_seconds or 0)}", line)
        if self.disposition in MISSED and self.callee in self.names:
            missed = bold(f"{self._all(self.rang or (self.callee,))} missed a call from {self._by}")
            return self._alert("📵", missed, escape(_in_words(self.disposition)), line)
        mark = "📼" if self.disposition == "voicemail" else "📞"
        return self._alert(mark, self._parties, escape(_in_words(self.disposition)), line)

    def _alert(self, mark: str, who: str, how: str, line: str) -> SlackMessage:
        return alert(f"{mark} {who} · {how}", escape(line), backfilled=self.backfilled)

    @property
    def _by(self) -> str:
        return caller(self.caller, self.names.get(self.caller) or self.caller_name)

    @property
    def _parties(self) -> str:
        return bold(f"{self._by} → {party(self.callee, self.names.get(self.callee, ''))}")

    def _all(self, numbers: tuple[str, ...]) -> str:
        return some([party(each, self.names.get(each, "")) for each in numbers])


def _in_words(disposition: str) -> str:
    return WORDS.get(disposition, disposition)


class MissedCall(MessageContent):
    """A call that somebody missed, for them alone. `at`: epoch seconds; `channel`: Asterisk's, of the event.

    `while_away`: it was found in Asterisk's records, perhaps long after.
    """

    kind: ClassVar[str] = "missed"
    caller: str
    caller_name: str = ""
    at: float
    disposition: str
    channel: str = ""
    while_away: bool = False

    @classmethod
    def of(cls, event: Event, caller_name: str) -> MissedCall:
        """Return the missed call that ended with this event."""
        at = event.at.timestamp()
        return cls(
            caller=event.peer,
            caller_name=caller_name,
            at=at,
            disposition=event.reason,
            channel=event.channel,
            while_away=event.gap is not None,
        )

    @property
    def line(self) -> str:
        """Return it as a line of a list."""
        by = bold(caller(self.caller, self.caller_name))
        return f"{moment(self.at)} {by} · {escape(_in_words(self.disposition))}"

    def render(self) -> SlackMessage:
        by = caller(self.caller, self.caller_name)
        when = f"{moment(self.at)}, {BACKFILLED}" if self.while_away else clock(self.at)
        text = f"📵 {bold(f'You missed a call from {by}')} · {when}"
        number = shorten(self.caller, MAX_NUMBER_LENGTH)
        dial = f"; to call back, dial {number} on your phone" if number else ""
        why = _in_words(self.disposition)
        return SlackMessage(text, [section(text), context(escape(f"{why[:1].upper()}{why[1:]}{dial}"))])
