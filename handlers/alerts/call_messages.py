"""Pure: calls, in one message that is edited from ringing to answered to ended, and missed calls."""

from __future__ import annotations

from typing import ClassVar

from handlers.alerts.message_parts import MAX_NUMBER_LENGTH, alert, caller, extensions
from handlers.slack.blocks import SlackMessage, clock, context, escape, section
from handlers.slack.message_content import MessageContent
from handlers.wording import duration, shorten
from models.event import Event, EventKind


class CallMessage(MessageContent):
    """A call, as it is after its latest event. Lengths are in seconds; None: unknown."""

    kind: ClassVar[str] = "call"
    caller: str
    caller_name: str = ""
    rang: tuple[str, ...] = ()
    state: EventKind = EventKind.RINGING
    callee: str = ""
    rang_seconds: float | None = None
    talked_seconds: float | None = None
    channel: str = ""
    cause_text: str = ""
    disposition: str = ""
    backfilled: bool = False

    @classmethod
    def begin(cls, event: Event) -> CallMessage:
        """Return the call that is first heard of by this event."""
        return cls(caller=event.peer).after(event)

    def after(self, event: Event) -> CallMessage:
        """Return the call as it is after one more event."""
        return self.model_copy(update={"backfilled": event.backfilled} | self._news(event))

    def _news(self, event: Event) -> dict[str, object]:
        if event.kind is EventKind.RINGING:
            rang = tuple(dict.fromkeys((*self.rang, event.number)))
            return {"rang": rang, "caller_name": event.peer_name or self.caller_name}
        news: dict[str, object] = {"state": event.kind, "callee": event.number, "rang_seconds": event.rang}
        if event.kind is EventKind.ENDED:
            news |= {
                "channel": event.channel,
                "cause_text": event.cause_text,
                "disposition": event.reason,
                "talked_seconds": event.talked,
            }
        return news

    def render(self) -> SlackMessage:
        """Return the message; the headline of a call that ended is the guide's line."""
        by, callee = caller(self.caller, self.caller_name), shorten(self.callee, MAX_NUMBER_LENGTH)
        if self.state is EventKind.RINGING:
            return alert(f"🔔 {extensions(self.rang)} ringing from {by}", backfilled=self.backfilled)
        if self.state is EventKind.ANSWERED:
            rang = duration(self.rang_seconds or 0)
            return alert(f"🗣️ {callee} answered {by} after {rang}", backfilled=self.backfilled)
        headline = f"📞 Call ended: {self.channel} - {self.cause_text or 'Unknown'}"
        return alert(headline, f"{by} → {callee}: {self._course()}", backfilled=self.backfilled)

    def _course(self) -> str:
        """Leave out lengths of a backfilled call: nobody knows when it ended, nor why."""
        is_answered = self.disposition == "answered"
        if self.backfilled:
            return "answered, ended" if is_answered else "ended"
        course = (
            f"talked {duration(self.talked_seconds or 0)}" if is_answered else _in_words(self.disposition)
        )
        return f"{course}, rang {duration(self.rang_seconds or 0)}"


def _in_words(disposition: str) -> str:
    return "went to voicemail" if disposition == "voicemail" else disposition


class MissedCall(MessageContent):
    """A call that somebody missed, for them alone. `at`: epoch seconds; `channel`: Asterisk's, of the event."""

    kind: ClassVar[str] = "missed"
    caller: str
    caller_name: str = ""
    at: float
    disposition: str
    channel: str = ""

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
        )

    def render(self) -> SlackMessage:
        by = escape(caller(self.caller, self.caller_name))
        text = f"☎️ You missed a call from {by} at {clock(self.at)}"
        number = shorten(self.caller, MAX_NUMBER_LENGTH)
        dial = f"; to call back, dial {number} on your phone" if number else ""
        return SlackMessage(text, [section(text), context(escape(_in_words(self.disposition) + dial))])
