"""Who may change things: SLACK_ADMINS, user IDs and user-group IDs."""

from __future__ import annotations

import logging
import threading
import time
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from pbx.errors import Refusal

log = logging.getLogger("switchhook.admins")

REMEMBER_SECONDS = 300
RETRY_SECONDS = 30


class Admins:
    """Members of user groups are asked of Slack and remembered; plain user IDs always work."""

    def __init__(self, ids: tuple[str, ...], client: WebClient) -> None:
        self._users = frozenset(slack_id for slack_id in ids if not slack_id.startswith("S"))
        self._groups = tuple(slack_id for slack_id in ids if slack_id.startswith("S"))
        self._client = client
        self._lock = threading.Lock()
        self._members: dict[str, frozenset[str]] = {}
        self._ask_again_at = 0.0

    def __contains__(self, user_id: object) -> bool:
        return user_id in self._users or user_id in self._group_members()

    def is_group(self, slack_id: str) -> bool:
        return slack_id in self._groups

    def only_in(self, group: str) -> list[str] | None:
        """The members of the group who are not named themselves; None, as long as Slack does not say who is in it."""
        self._group_members()
        members = self._members.get(group)
        return None if members is None else sorted(members - self._users)

    def must_include(self, user_id: str) -> None:
        """Raises Refusal."""
        if user_id not in self:
            raise Refusal(
                "only the people in SLACK_ADMINS may change extensions; "
                "you may use /ext status, /ext list and /ext help. "
                f"To be let in, give whoever runs Switchhook your member ID: {user_id}"
            )

    def _group_members(self) -> frozenset[str]:
        with self._lock:
            if self._groups and time.monotonic() > self._ask_again_at:
                self._ask_all()
            return frozenset().union(*self._members.values())

    def _ask_all(self) -> None:
        """What cannot be asked now stays as it was, and is asked again soon."""
        self._ask_again_at = time.monotonic() + REMEMBER_SECONDS
        for group in self._groups:
            try:
                users = self._client.usergroups_users_list(usergroup=group)["users"]
                self._members[group] = frozenset(users or ())
            except (SlackClientError, OSError, HTTPException) as error:
                reason = error.response["error"] if isinstance(error, SlackApiError) else type(error).__name__
                log.warning(
                    "the members of a user group are unknown", extra={"group": group, "reason": reason}
                )
                self._ask_again_at = time.monotonic() + RETRY_SECONDS
