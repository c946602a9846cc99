"""Asks Slack about those that rows give extensions to, before anything is shown or saved."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypedDict

from handlers.bulk import owners
from handlers.onboarding import slack_users
from handlers.slack.client import slack_client
from handlers.slack.errors import SLACK_AWAY
from pbx.bulk.rows import Outcome
from settings import Settings

MAX_ASKED = 100  # people of one file: Slack allows about that many questions a minute
AT_ONCE = 8
ASK_SECONDS = 3  # for one answer


class Owners(TypedDict):
    """`unfit`: member ID → why they cannot have a phone; `unasked`: of how many Slack did not say."""

    unfit: dict[str, str]
    unasked: int


def look_up(settings: Settings, users: Sequence[str]) -> Owners:
    """Ask about the first MAX_ASKED, until Slack does not answer for the first time."""
    client, is_away = slack_client(settings, ASK_SECONDS), threading.Event()

    def ask(user: str) -> str | None:
        """Return why not; empty: they can; None: not known."""
        if is_away.is_set():
            return None
        try:
            return slack_users.fault(client, user) or ""
        except SLACK_AWAY:
            is_away.set()
            return None

    asked = users[:MAX_ASKED]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = dict(zip(asked, threads.map(ask, asked), strict=True))
    unasked = len(users) - len(asked) + sum(answer is None for answer in answers.values())
    return Owners(unfit={user: why for user, why in answers.items() if why}, unasked=unasked)


def without_unfit(settings: Settings, outcomes: Sequence[Outcome]) -> tuple[list[Outcome], int]:
    """Refuse rows whose owner cannot be one; return also of how many Slack did not say."""
    asked = look_up(settings, owners.new_owners(outcomes))
    return owners.without_unfit(outcomes, asked["unfit"]), asked["unasked"]
