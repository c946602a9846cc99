"""Pure: what on the phone system has begun to differ from the database."""

from __future__ import annotations

from typing import ClassVar

from handlers import wording
from handlers.message_parts import bold
from handlers.slack.blocks import SlackMessage, actions, context, cut_plain, plain_section, section, sections
from handlers.slack.command_buttons import command_button
from handlers.slack.message_content import MessageContent

LINES_SHOWN = 10
MAX_LINE_LENGTH = 500  # characters
MAX_LINES_LENGTH = 8000  # of all
HINT = "Phones that work go on working."


class DriftFound(MessageContent):
    """What was found to differ since the day before. `lines`: the first of `count`."""

    kind: ClassVar[str] = "drift"
    lines: tuple[str, ...]
    count: int

    def render(self) -> SlackMessage:
        things = "1 thing differs" if self.count == 1 else f"{self.count} things differ"
        headline = f"⚠️ {bold(f'{things} on the phone system')} · from what the database says, or did and was put back"
        lines = [
            f"• {wording.ended(wording.shorten(line, MAX_LINE_LENGTH))}" for line in self.lines[:LINES_SHOWN]
        ]
        left_out = self.count - len(lines)
        more = [f"… and {left_out} more"] if left_out > 0 else []
        shown = cut_plain("\n".join(lines), MAX_LINES_LENGTH).split("\n")
        look = actions(command_button("Show all that differs now", "drift"))
        blocks = [section(headline), *sections(shown + more, plain_section), context(HINT), look]
        return SlackMessage(f"{headline}\n`/ext drift` shows all that differs now", blocks)
