"""Pure: what stands in a message in place of its buttons, once one of them was used: who did it, what, and when."""

from __future__ import annotations

from pydantic import BaseModel

from handlers.slack.blocks import SlackMessage, clock, context, escape, section
from handlers.slack.refusals import RefusalWithMessage


class Done(BaseModel, frozen=True):
    """Who has done it. `by`: a Slack user, or empty: nobody's press; `what`: in a few words; `at`: epoch seconds, if known;
    `refused`: they have refused that it is done.
    """

    by: str = ""
    what: str = ""
    at: float | None = None
    refused: bool = False

    def line(self) -> str:
        """Return `✅ Done by @Ada: ignored · 14:03` as mrkdwn."""
        time = f" · {clock(self.at)}" if self.at else ""
        if self.refused:
            return f"❌ Refused by <@{escape(self.by)}>{time}"
        what = escape(self.what)
        who = f"Done by <@{escape(self.by)}>{': ' if what else ''}" if self.by else ""
        return f"✅ {who}{what}{time}"


def settled(message: SlackMessage, done: Done) -> SlackMessage:
    """Return a message without its buttons, which says instead who has done it. A file has none."""
    if message.file:
        return message
    left = [block for block in message.blocks if block["type"] != "actions"]
    shown = [{name: block[name] for name in block if name != "accessory"} for block in left]
    return SlackMessage(message.text, [*shown, context(done.line())])


class Already(RefusalWithMessage):
    """The refusal of a press that came second, and who was first."""

    def __init__(self, words: str, message: SlackMessage, done: Done) -> None:
        super().__init__(words, message)
        self.done = done


def already(words: str, done: Done) -> Already:
    """Return the refusal of a press that came second. `words`: why nothing is done now."""
    text = f"☝️ {escape(words[:1].upper() + words[1:])}. {done.line()}"
    return Already(words, SlackMessage(text, [section(text)]), done)
