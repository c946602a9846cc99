"""Pure: a call that somebody asked for, in one direct message that follows it."""

from __future__ import annotations

from typing import ClassVar

from handlers.message_parts import bold, party
from handlers.slack.blocks import SlackMessage, actions, clock, context, escape, section
from handlers.slack.command_buttons import command_button
from handlers.slack.message_content import MessageContent
from handlers.wording import duration
from models.event import Event, EventKind
from pbx.asked_calls import OWN_PHONE_SECONDS

WHY_MINE = {
    "busy": "is busy, or was told to refuse",
    "no answer": f"did not answer within {OWN_PHONE_SECONDS} s",
}
WHY_THEIRS = {
    "busy": "is busy",
    "unavailable": "could not be reached",
    "cancelled": "was not called to the end: you hung up",
    "voicemail": "did not answer: your call went to voicemail",
    "no answer": "did not answer",
    "failed": "could not be called",
}
UNKNOWN = "unknown"  # no disposition of Asterisk's: it was over when a listener came
FOLLOWED = "Follow it in your direct messages with Switchhook."
UNFOLLOWED = (
    "How it goes on, nothing says here: Switchhook's listener does not run. Your phone admins start it."
)


class CallAsked(MessageContent):
    """A call from one's own phone, as it is after its latest event, which was `at` epoch seconds.

    `number`: the asker's; `exten`: what is called, `name`: whose that is. `is_mine`: the event was about the asker's phone.
    """

    kind: ClassVar[str] = "call_asked"
    number: str
    exten: str
    name: str = ""
    state: EventKind = EventKind.RINGING
    is_mine: bool = True
    at: float = 0.0
    disposition: str = ""
    talked_seconds: float = 0.0

    def after(self, event: Event) -> CallAsked:
        """Return the call as it is after one more event."""
        news: dict[str, object] = {"state": event.kind, "is_mine": event.number == event.peer}
        if event.kind is EventKind.ENDED:
            news |= {
                "disposition": UNKNOWN if event.backfilled else event.reason,
                "talked_seconds": event.talked or 0.0,
            }
        return self.model_copy(update=news | {"at": event.at.timestamp()})

    def render(self) -> SlackMessage:
        who = party(self.exten, self.name)
        if self.state is EventKind.RINGING and self.is_mine:
            return _message(
                f"📞 {bold(f'Ringing your phone {self.number} …')} · pick it up, and {escape(who)} is called"
            )
        if self.state is EventKind.RINGING:
            return _message(f"📞 {bold(f'Calling {who} …')}")
        if self.state is EventKind.ANSWERED:
            return _message(f"🗣️ {bold(f'Talking with {who}')} · since {clock(self.at)}")
        again = actions(command_button("Call again", f"call {self.exten}"))
        message = _message(self._over(who))
        return SlackMessage(message.text, [*message.blocks, again])

    def _over(self, who: str) -> str:
        if self.disposition == UNKNOWN:
            over = bold(f"The call with {who} is over")
            return f"📞 {over} · how it ended is not known"
        if self.disposition == "answered":
            talked = f"Talked {duration(self.talked_seconds)} with {who}"
            return f"📞 {bold(talked)} · until {clock(self.at)}"
        if self.is_mine:
            why = WHY_MINE.get(self.disposition, "could not be reached")
            return f"📵 {bold(f'Your phone {self.number} {why}')} · {escape(who)} was not called"
        why = WHY_THEIRS.get(self.disposition, WHY_THEIRS["failed"])
        return f"📵 {bold(f'{who} {why}')} · {clock(self.at)}"


def begun(call: CallAsked, *, is_followed: bool) -> SlackMessage:
    """Return the answer to who asked for it. `is_followed`: a listener runs, which tells them how it goes on."""
    text = call.render().text
    return SlackMessage(text, [section(text), context(FOLLOWED if is_followed else UNFOLLOWED)])


def _message(text: str) -> SlackMessage:
    return SlackMessage(text, [section(text)])
