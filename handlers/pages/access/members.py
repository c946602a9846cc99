"""Who in Slack may be signed in: whoever may type commands, people of this workspace and its guests, for as long as they are."""

from __future__ import annotations

import logging
import math
import threading
import time
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from handlers.onboarding import slack_users
from handlers.slack.client import slack_client
from handlers.slack.errors import SLACK_AWAY, name_of
from models.field_rules import JOINERS_AND_MARKS
from models.types import now
from settings import Settings

log = logging.getLogger("switchhook.pages")

ASK_SECONDS = 3  # for Slack's answer
CHECK_SECONDS = 900.0  # until Slack is asked again whether somebody is still there
MAX_NAME_LENGTH = 80
NOT_WELCOME = "Your account {}, so this page is not for it. Your phone admins can tell you more."


class NotWelcome(Exception):
    """Somebody who may not be signed in; the message says what they are."""


class Members:
    """Asks Slack who people are, and remembers when it did."""

    def __init__(self, settings: Settings) -> None:
        self._client = slack_client(settings, ASK_SECONDS)
        self._lock = threading.Lock()
        self._checked_at: dict[str, float] = {}  # by person, on the monotonic clock

    def name_of(self, user_id: str) -> str:
        """Return somebody's name. Raises NotWelcome, SlackApiError, or what is in SLACK_AWAY."""
        try:
            user = self._client.users_info(user=user_id)["user"]
        except SlackApiError as error:
            if name_of(error) in slack_users.NO_SUCH_USER:
                raise NotWelcome("is nobody in this workspace") from None
            raise
        if fault := fault_of(user, user_id):
            raise NotWelcome(fault)
        return _name(user) or user_id

    def has_left(self, user_id: str, signed_in: datetime) -> bool:
        """Return whether somebody may not be signed in any more. Slack is asked CHECK_SECONDS after they signed in, and as often."""
        is_due = now() - signed_in >= timedelta(seconds=CHECK_SECONDS) and self._is_due(user_id)
        return is_due and bool(self.refusal_of(user_id))

    def refusal_of(self, user_id: str) -> str:
        """Return why somebody may not be signed in any more; empty: they may, or Slack does not say, which may be for hours."""
        try:
            self.name_of(user_id)
        except NotWelcome as error:
            log.warning(
                "somebody may not be signed in any more", extra={"user": user_id, "reason": str(error)}
            )
            return str(error)
        except SLACK_AWAY as error:
            reason = type(error).__name__
            log.warning("Slack does not say whether somebody is still there", extra={"reason": reason})
        return ""

    def _is_due(self, user_id: str) -> bool:
        """Return whether it is time to ask; the next is later, whatever comes of this."""
        at = time.monotonic()
        with self._lock:
            last = self._checked_at.get(user_id, -math.inf)
            if at - last >= CHECK_SECONDS:
                self._checked_at[user_id] = at
            return at - last >= CHECK_SECONDS


def fault_of(user: dict[str, Any], user_id: str) -> str | None:
    """Return why somebody may not be signed in, by what users.info says of them.

    https://docs.slack.dev/reference/objects/user-object
    """
    if fault := slack_users.fault_of(user, user_id):
        return fault
    return "is of another workspace" if user.get("is_stranger") else None


def _name(user: dict[str, Any]) -> str:
    """Return what somebody calls themselves, without what would hide or reorder what stands beside it."""
    profile = user.get("profile") or {}
    known = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    name = str(next(filter(None, known), ""))
    return "".join(each for each in name if each.isprintable() or each in JOINERS_AND_MARKS)[:MAX_NAME_LENGTH]
