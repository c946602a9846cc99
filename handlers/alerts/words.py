"""Pure: what the words of all alerts have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.slack.blocks import SlackMessage, context, escape, section
from handlers.wording import shorten

Content = dict[str, Any]  # what a message tells, as the outbox keeps it
NUMBERS_SHOWN = 20
LONGEST_LIST = 1500  # characters, with Slack's entities, of numbers that others chose
LONGEST_NAME, LONGEST_NUMBER = 80, 64  # shown of what callers claim to be
AWAY = "while we were away"


def person(number: str, name: str) -> str:
    number, name = shorten(number, LONGEST_NUMBER), shorten(name, LONGEST_NAME)
    return f"{number} ({name})" if name and name != number else number or "an unknown caller"


def extensions(numbers: Sequence[str]) -> str:
    return f"Extension {numbers[0]}" if len(numbers) == 1 else f"Extensions {some(numbers)}"


def some(numbers: Sequence[str]) -> str:
    """All of a few, and the first of many with their count."""
    shown = [shorten(number, LONGEST_NUMBER) for number in numbers[:NUMBERS_SHOWN]]
    while len(escape(", ".join(shown))) > LONGEST_LIST:
        shown.pop()
    left_out = len(numbers) - len(shown)
    return ", ".join(shown) + (f" and {left_out} more" if left_out else "")


def message(headline: str, details: str, content: Content) -> SlackMessage:
    """A headline, and a smaller line below it."""
    if content["away"]:
        details = f"{details} ({AWAY})" if details else AWAY
    small = [context(escape(details))] if details else []
    return SlackMessage(escape(headline), [section(escape(headline)), *small])
