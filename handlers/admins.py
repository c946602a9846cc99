"""Who may change things: SLACK_ADMINS, user IDs and user-group IDs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from pbx.errors import Refusal

log = logging.getLogger("switchhook.admins")

REMEMBER_SECONDS = 300
RETRY_SECONDS = 30
STALE_SECONDS = 3600  # who was a member so long ago may have left the company since
# What Slack says of a group that is deleted or disabled, and where there are no groups (any more).
GONE = {"no_such_subteam", "subteam_disabled", "plan_upgrade_required", "paid_teams_only"}


class Admins:
    """Members of user groups are asked of Slack and remembered for a while; plain user IDs always work."""

    def __init__(self, ids: tuple[str, ...], client: WebClient) -> None:
        self._users = frozenset(slack_id for slack_id in ids if not slack_id.startswith("S"))
        self._groups = tuple(slack_id for slack_id in ids if slack_id.startswith("S"))
        self._client = client
        self._lock = threading.Lock()
        self._members: dict[str, frozenset[str]] = {}
        self._told_at: dict[str, float] = {}  # by Slack, by the monotonic clock
        self._gone: dict[str, str] = {}  # groups, and what Slack says of them
        self._ask_again_at = 0.0
        self._said_nobody = False

    def __contains__(self, user_id: object) -> bool:
        return user_id in self._users or user_id in self._group_members()

    def is_group(self, slack_id: str) -> bool:
        return slack_id in self._groups

    def only_in(self, group: str) -> list[str] | None:
        """The members of the group who are not named themselves; None, as long as Slack does not say who is in it."""
        self._group_members()
        members = self._members.get(group)
        return None if members is None else sorted(members - self._users)

    def gone(self, group: str) -> str:
        """What Slack says of a group that is there no more; empty: it is there."""
        self._group_members()
        return self._gone.get(group, "")

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
                self._ask_again_at = time.monotonic() + REMEMBER_SECONDS
                for group in self._groups:
                    self._ask(group)
                self._warn_if_nobody()
            return frozenset().union(*self._members.values())

    def _ask(self, group: str) -> None:
        """What cannot be asked now stays as it was for an hour, and is asked again soon."""
        try:
            self._note(group, self._client.usergroups_users_list(usergroup=group)["users"] or ())
        except SlackApiError as error:
            reason = str(error.response.get("error", ""))
            if reason in GONE:
                self._note(group, (), reason)
            else:
                self._unknown(group, reason)
        except (SlackClientError, OSError, HTTPException) as error:
            self._unknown(group, type(error).__name__)

    def _note(self, group: str, members: Iterable[str], gone: str = "") -> None:
        if gone and group not in self._gone:
            log.error(
                "a user group of SLACK_ADMINS is gone: name another there, or members by their IDs",
                extra={"group": group, "reason": gone},
            )
        self._members[group], self._told_at[group] = frozenset(members), time.monotonic()
        self._gone.pop(group, None)
        if gone:
            self._gone[group] = gone

    def _unknown(self, group: str, reason: str) -> None:
        log.warning("the members of a user group are unknown", extra={"group": group, "reason": reason})
        self._ask_again_at = time.monotonic() + RETRY_SECONDS
        if time.monotonic() - self._told_at.get(group, 0.0) > STALE_SECONDS:
            self._members.pop(group, None)

    def _warn_if_nobody(self) -> None:
        """Once, until somebody is there again."""
        is_nobody = not self._users and not any(self._members.values())
        if is_nobody and not self._said_nobody:
            log.error(
                "nobody may change extensions: none of the user groups in SLACK_ADMINS has a known member. "
                "Put a member ID (U…) into SLACK_ADMINS and restart Switchhook"
            )
        self._said_nobody = is_nobody
