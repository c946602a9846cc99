"""Pure: who has settled what an older state of the database differs in, and how."""

from __future__ import annotations

from typing import ClassVar

from handlers import wording
from handlers.message_parts import alert, bold
from handlers.slack.blocks import SlackMessage, escape
from handlers.slack.message_content import MessageContent

MAX_LENGTH = 500  # characters


class Settling(MessageContent):
    """Somebody has decided which counts."""

    kind: ClassVar[str] = "settling"
    decision: str
    by: str
    stays: str = ""  # what was changed since, and is as nobody's decision says

    def render(self) -> SlackMessage:
        decision = escape(wording.shorten(self.decision, MAX_LENGTH))
        stays = wording.shorten(self.stays, MAX_LENGTH)
        newer = f". {escape(wording.ended(stays[0].upper() + stays[1:]))}" if stays else ""
        what = bold("Which counts, the database or Asterisk")
        return alert(f"⚖️ {what} · {escape(self.by)} has decided: {decision}{newer}")
