"""Pure: what the owner of a mailbox reads and hears, and what admins read of mailboxes without an owner."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from handlers.message_parts import MAX_NUMBER_LENGTH, bold, caller, party
from handlers.slack.blocks import SlackFile, SlackMessage, button, clock, context, escape, section
from handlers.slack.message_content import MessageContent
from handlers.wording import duration, shorten
from pbx.voicemail import PLAYS_ANYWHERE

HEARD = "voicemail_heard"  # the button's action_id
MAX_TITLE_LENGTH = 150


class VoicemailReceived(MessageContent):
    """Tells the owner of a message.

    `message`: its row's id; `number`: the owner's own, which plays it, or empty: that leads elsewhere; `at`: epoch
    seconds; `channel`: Asterisk's, of the caller.
    """

    kind: ClassVar[str] = "voicemail"
    message: int
    number: str
    caller: str = ""
    caller_name: str = ""
    at: float
    seconds: int = 0
    channel: str = ""
    heard: bool = False

    def render(self) -> SlackMessage:
        by = bold(f"Voicemail from {caller(self.caller, self.caller_name)}")
        text = f"📼 {by} · {duration(self.seconds)} · {clock(self.at)}"
        if self.heard:
            return SlackMessage(text, [section(text), context("Marked as heard")])
        number = shorten(self.number, MAX_NUMBER_LENGTH)
        dialled = f", or hear it on the phone: dial {number}" if number else ""
        lamp = f"Your phone's message lamp goes out once you press the button{dialled}"
        actions = {"type": "actions", "elements": [button("Mark as heard", HEARD, str(self.message))]}
        return SlackMessage(text, [section(text), context(escape(lamp)), actions])


class VoicemailRecording(MessageContent):
    """The recording itself, which is read when it is sent, and never stored.

    `mailbox` and `message_id`: where it is; `number`: as VoicemailReceived has it. `unavailable`: why there is none.
    """

    kind: ClassVar[str] = "recording"
    mailbox: str
    message_id: str
    number: str
    caller: str = ""
    caller_name: str = ""
    at: float
    audio: bytes | None = Field(default=None, exclude=True, repr=False)
    format: str = Field(default=PLAYS_ANYWHERE, exclude=True)
    unavailable: str = Field(default="", exclude=True)

    def render(self) -> SlackMessage:
        by = caller(self.caller, self.caller_name)
        if self.audio is None:
            number = shorten(self.number, MAX_NUMBER_LENGTH)
            dial = f". To hear your messages, dial {number}" if number else ""
            why = escape(f"{self.unavailable or 'it is on the phone system'}{dial}")
            text = f"📼 {bold(f'The recording of {by} is not here')}: {why}"
            return SlackMessage(text, [section(text), context(f"Left at {clock(self.at)}")])
        hint = "" if self.format == PLAYS_ANYWHERE else f" ({self.format}: download it to listen)"
        title = shorten(f"Voicemail from {by}", MAX_TITLE_LENGTH) + hint
        name = f"voicemail-{self.mailbox}-{self.message_id}.{self.format.lower()}"
        return SlackMessage(escape(title), file=SlackFile(name, title, self.audio))


class VoicemailWithoutOwner(MessageContent):
    """A message in a mailbox that no Slack user is named for. `is_dialled`: its own number plays it."""

    kind: ClassVar[str] = "voicemail_unowned"
    number: str
    name: str
    is_dialled: bool = True

    def render(self) -> SlackMessage:
        who = party(self.number, shorten(self.name, MAX_TITLE_LENGTH))
        text = f"📭 {bold(f'Nobody in Slack gets the voicemails of {who}')}"
        how = f"dial {self.number} there"
        if not self.is_dialled:
            how = f"/ext status {self.number} says what your dialplan needs for that"
        hint = (
            f"Say whose it is: /ext set {self.number} @user. Messages from then on reach them in Slack; this one is heard "
            f"on the phone: {how}. Without voicemail: /ext set {self.number} voicemail_enabled=false"
        )
        return SlackMessage(text, [section(text), context(escape(hint))])
