"""What many tests say to Slack, and read from it."""

from __future__ import annotations

import re

from models.actor import Actor
from tests.slack_stand_in import SlackUser, as_text

TESTER = Actor("cli", "tester")
BUSY = re.compile("othing was saved, and nothing done: the database (cannot be written|took too long)")
TRIES = 10


def say(user: SlackUser, text: str) -> str:
    """What Slack shows after `/ext <text>`; who reads that the database was too busy to save it types it once more."""
    for _ in range(TRIES):
        answer = as_text(user.replies(user.command("/ext", text))[0])
        if not BUSY.search(answer):
            break
    return answer


def secret_in(answer: str) -> str:
    """The phone's password that an answer shows."""
    match = re.search(r"^Password +(\S+)$", answer, re.MULTILINE)
    assert match, answer
    return match[1]
