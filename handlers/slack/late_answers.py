"""Pure: an answer by direct message, as Slack does not take it where it was asked for."""

from __future__ import annotations

from handlers.slack.blocks import SlackMessage, section, sections
from handlers.slack.stored_answer import StoredAnswer

UNSEEN = "If a new password was in it, nobody has seen it: `/ext secret` and the number make another."


def by_direct_message(answer: StoredAnswer, why: str = "") -> SlackMessage:
    """Return the direct message: what it is the answer to, and its words. `why`: a sentence behind them."""
    if answer.told_instead:
        lines = [answer.told_instead]
    else:
        lines = [answer.text, *filter(None, [why]), *([UNSEEN] if answer.has_more else [])]
    text = "\n".join(lines)
    return SlackMessage(text, [section(answer.head), *sections(text.split("\n"))])
