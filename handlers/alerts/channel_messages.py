"""Pure: what the admins read of channels and user groups that nothing can be posted to, and of files that Slack refuses."""

from __future__ import annotations

import re
from typing import ClassVar

from handlers.slack.blocks import SlackMessage, actions, context, escape, section
from handlers.slack.command_buttons import command_button
from handlers.slack.message_content import MESSAGE_FAULTS, MessageContent
from models.words import some

MAX_BUTTONS = 5


class ChannelBroken(MessageContent):
    """A channel or person that alerts cannot be posted to. `error`: what Slack says; `numbers`: the person's extensions."""

    kind: ClassVar[str] = "broken"
    channel: str
    error: str
    numbers: tuple[str, ...] = ()

    def render(self) -> SlackMessage:
        if self.numbers and self.error not in MESSAGE_FAULTS:
            return self._of_person()
        if self.error in MESSAGE_FAULTS:
            return self._of_message()
        text = f"⚠️ *Alerts cannot be posted to {mention(self.channel)}*: Slack says `{escape(self.error)}`"
        hint = f"Invite Switchhook there (`/invite @Switchhook` in the channel), or type `/ext alerts here` in another. ID {escape(self.channel)}"
        choose = command_button("Choose another channel", "alerts set")
        routes = command_button("Where alerts go", "alerts show")
        return SlackMessage(text, [section(text), context(hint), actions(choose, routes)])

    def _of_message(self) -> SlackMessage:
        text = f"⚠️ *A message to {mention(self.channel)} is lost*: Slack says `{escape(self.error)}`, also to its words alone"
        hint = f"The listener's log names it (“an alert is given up”); others are posted as before. ID {escape(self.channel)}"
        return SlackMessage(text, [section(text), context(hint)])

    def _of_person(self) -> SlackMessage:
        text = (
            f"⚠️ *Direct messages cannot be sent to {mention(self.channel)}*, the Slack user of extension "
            f"{escape(some(self.numbers))}: Slack says `{escape(self.error)}`"
        )
        number = escape(self.numbers[0])
        hint = (
            "Their missed calls and voicemails reach nobody in Slack, and those of now are not sent again. The recordings "
            f"are on the phone system: dial {number} on its phone. `/ext set {number} @user` names somebody else. "
            f"A password that was on its way: `/ext secret {number}` shows you a new one. "
            f"ID {escape(self.channel)}"
        )
        look = [command_button(f"Status of {each}", f"status {each}") for each in self.numbers[:MAX_BUTTONS]]
        return SlackMessage(text, [section(text), context(hint), actions(*look)])


class GroupGone(MessageContent):
    """A user group of SLACK_ADMINS that is gone. `error`: what Slack says of it."""

    kind: ClassVar[str] = "group_gone"
    group: str
    error: str

    def render(self) -> SlackMessage:
        text = f"⚠️ *The user group {escape(self.group)} of SLACK_ADMINS is gone*: Slack says `{escape(self.error)}`. Its members may change extensions no more, and hear of nothing"
        hint = "Put another group into SLACK_ADMINS, or members by their IDs, and restart Switchhook"
        return SlackMessage(text, [section(text), context(hint)])


class UploadRefused(MessageContent):
    """Slack does not take files: recordings of voicemail, pictures of reports. `error`: what it says."""

    kind: ClassVar[str] = "upload_refused"
    error: str

    def render(self) -> SlackMessage:
        text = f"⚠️ *Recordings of voicemail and pictures of reports cannot be sent*: Slack says `{escape(self.error)}`"
        hint = (
            "The app lacks the scope `files:write`: at https://api.slack.com/apps, “OAuth &amp; Permissions”, add it, then “Reinstall to Workspace”"
            if self.error == "missing_scope"
            else "See whether your workspace allows uploads, and has room for them"
        )
        waits = "Recordings are kept on the phone system, and can be heard there by phone; all is sent once Slack takes it."
        return SlackMessage(text, [section(text), context(f"{hint}. {waits}")])


def mention(channel: str) -> str:
    """Return a channel or person as Slack shows them; ALERT_CHANNEL may also be a name."""
    if re.fullmatch(r"[CGDUW][A-Z0-9]{2,}", channel):
        return f"<{'@' if channel[0] in 'UW' else '#'}{channel}>"
    return escape(channel)
