"""Asks Slack about those that a file gives extensions to, before anything is shown."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypedDict

from handlers.pages.access.members import Members, NotWelcome
from handlers.slack.errors import SLACK_AWAY

MAX_ASKED = 100  # people of one file: Slack allows about that many questions a minute
AT_ONCE = 8


class Owners(TypedDict):
    """`unfit`: member ID → why they cannot have a phone; `unasked`: of how many Slack did not say."""

    unfit: dict[str, str]
    unasked: int


def look_up(members: Members, users: Sequence[str]) -> Owners:
    """Ask about the first MAX_ASKED, until Slack does not answer for the first time."""
    is_away = threading.Event()

    def ask(user: str) -> str | None:
        """Return why not; empty: they can; None: not known."""
        if is_away.is_set():
            return None
        try:
            members.name_of(user)
        except NotWelcome as error:
            return str(error)
        except SLACK_AWAY:
            is_away.set()
            return None
        return ""

    asked = users[:MAX_ASKED]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = dict(zip(asked, threads.map(ask, asked), strict=True))
    unasked = len(users) - len(asked) + sum(answer is None for answer in answers.values())
    return Owners(unfit={user: why for user, why in answers.items() if why}, unasked=unasked)
