"""What the owner of an extension reads of what somebody else did to their phone."""

from __future__ import annotations

from typing import ClassVar

from handlers.slack.blocks import SlackMessage, escape, section
from handlers.slack.message_content import MessageContent
from handlers.wording import shorten
from pbx.owner_news import DELETED, DISABLED, KIND, NEW_SECRET, SECRET_SEEN

MAX_NUMBER_LENGTH = 64
# deed → what was done, and what follows from it
DEEDS = {
    NEW_SECRET: (
        "🔑 *{who} made a new password for your extension {number}.* Your phone stops working until the new password is typed "
        "into it: ask for it, or make one of your own with `/ext secret {number}`."
    ),
    SECRET_SEEN: (
        "👀 *{who} had the password of your extension {number} shown.* Your phone goes on working. Was nobody to see it? "
        "`/ext secret {number}` makes a new one."
    ),
    DISABLED: "🚫 *{who} disabled your extension {number}.* No phone can use it until it is enabled again.",
    DELETED: "🗑️ *{who} deleted your extension {number}.* No phone can use it any more.",
}


class OwnerNews(MessageContent):
    """Tells an owner that their phone is cut off, or who has seen its password. `by`: a Slack user, or empty: somebody at the command line."""

    kind: ClassVar[str] = KIND
    number: str
    deed: str
    by: str = ""

    def render(self) -> SlackMessage:
        who = f"<@{escape(self.by)}>" if self.by else "A phone admin"
        words = DEEDS.get(self.deed, "⚠️ *{who} changed your extension {number}.*")
        text = words.format(who=who, number=escape(shorten(self.number, MAX_NUMBER_LENGTH)))
        return SlackMessage(text, [section(text)])
