"""Pure: the wording that messages about phones and calls have in common."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.slack.blocks import SlackMessage, context, escape, section
from handlers.wording import shorten

NUMBERS_SHOWN = 20
MAX_LIST_LENGTH = 1500  # characters, with Slack's entities, of numbers that others chose
MAX_NAME_LENGTH, MAX_NUMBER_LENGTH = 80, 64  # shown of what callers claim to be
BACKFILLED = "while we were away"


def bold(text: str) -> str:
    """Return a text from outside as mrkdwn in bold."""
    return f"*{escape(text)}*"


def party(number: str, name: str) -> str:
    """Return `101 Alice`, as far as the two are known."""
    number, name = shorten(number, MAX_NUMBER_LENGTH), shorten(name, MAX_NAME_LENGTH)
    return f"{number} {name}".strip() if name != number else number


def caller(number: str, name: str) -> str:
    """Return who calls: `101 Alice`, or that nobody knows."""
    return party(number, name) or "an unknown caller"


def extensions(numbers: Sequence[str]) -> str:
    """Return `Extension 101` or `Extensions 101, 102`."""
    return f"Extension {numbers[0]}" if len(numbers) == 1 else f"Extensions {some(numbers)}"


def some(numbers: Sequence[str]) -> str:
    """Return all of a few, or the first of many with their count; each may have a name behind it."""
    shown = [shorten(number, MAX_NUMBER_LENGTH) for number in numbers[:NUMBERS_SHOWN]]
    while len(escape(", ".join(shown))) > MAX_LIST_LENGTH:
        shown.pop()
    left_out = len(numbers) - len(shown)
    return ", ".join(shown) + (f" and {left_out} more" if left_out else "")


def alert(headline: str, details: str = "", *, backfilled: bool = False) -> SlackMessage:
    """Return a headline with a smaller line below it, both mrkdwn. `backfilled`: it happened while nobody listened."""
    if backfilled:
        details = f"{details} ({BACKFILLED})" if details else BACKFILLED
    return SlackMessage(headline, [section(headline), *([context(details)] if details else [])])
