"""Pure: reports as Slack shows them: in words, and as a picture whose words are its alternative text."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from handlers.message_parts import bold
from handlers.reports import words
from handlers.slack.blocks import SlackFile, SlackMessage, context, cut_plain, escape, section
from handlers.slack.message_content import MessageContent
from pbx.reports.report import Report

MAX_ALT_LENGTH = 1000  # characters: what Slack takes


class ReportInWords(MessageContent):
    """The words of a report, in a channel. The picture follows as a message of its own: Slack may refuse files."""

    kind: ClassVar[str] = "report"
    report: Report

    def render(self) -> SlackMessage:
        return in_words(self.report)


class ReportPicture(MessageContent):
    """The picture, which is drawn when it is sent. `name`: no other file has it; `png`: None if it could not be drawn."""

    kind: ClassVar[str] = "report_picture"
    report: Report
    name: str
    png: bytes | None = Field(default=None, exclude=True, repr=False)

    def render(self) -> SlackMessage:
        if self.png is None:
            return in_words(self.report, "The picture could not be drawn: the listener’s log says why")
        title = words.title(self.report)
        alt_text = cut_plain(" ".join([f"{title}.", *words.sentences(self.report)]), MAX_ALT_LENGTH)
        return SlackMessage(escape(title), file=SlackFile(f"{self.name}.png", title, self.png, alt_text))


def in_words(report: Report, *more: str) -> SlackMessage:
    """Return a report in words. `more`: what else is to be said, in small."""
    title = bold(f"Calls and phones, {words.title(report)}")
    lines = [f"📊 {title}", *map(escape, words.sentences(report)[:-1])]
    small = escape(" ".join([words.times(report), *more]))
    return SlackMessage("\n".join(lines), [section("\n".join(lines)), context(small)])
