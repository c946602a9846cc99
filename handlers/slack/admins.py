"""Who may change things: SLACK_ADMINS, user IDs and user-group IDs."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterable

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.slack import refusals
from handlers.slack.errors import SLACK_AWAY, name_of

log = logging.getLogger("switchhook.admins")

CACHE_SECONDS = 300
RETRY_SECONDS = 30
STALE_SECONDS = 3600  # who was a member so long ago may have left the company since
# What Slack says of a group that is deleted or disabled, and where there are no groups (any more).
NO_GROUP = {"no_such_subteam", "subteam_disabled", "plan_upgrade_required", "paid_teams_only"}


class Admins:
    """The users and user groups of SLACK_ADMINS. Groups' members are asked of Slack and cached; user IDs always work."""

    def __init__(self, ids: tuple[str, ...], client: WebClient) -> None:
        self._ids = ids
        self._users = frozenset(slack_id for slack_id in ids if not slack_id.startswith("S"))
        self._groups = tuple(slack_id for slack_id in ids if slack_id.startswith("S"))
        self._client = client
        self._asking = threading.Lock()
        self._members: dict[str, frozenset[str]] = {}
        self._answered_at: dict[str, float] = {}  # by group, on the monotonic clock
        self._gone: dict[str, str] = {}  # groups, and what Slack says of them
        self._asked_at = -math.inf  # all of them
        self._ask_again_at = 0.0
        self._warned_of_nobody = False

    def __contains__(self, user_id: object) -> bool:
        return user_id in self._users or user_id in self._group_members()

    def mentions(self) -> list[str]:
        """Return the users and the groups that have members, as Slack's markup mentions them; people first."""
        self._group_members()
        empty = {group for group, members in self._members.items() if not members}
        named = [slack_id for slack_id in self._ids if slack_id not in empty]
        people = [f"<@{slack_id}>" for slack_id in named if slack_id in self._users]
        return people + [f"<!subteam^{slack_id}>" for slack_id in named if slack_id in self._groups]

    def is_group(self, slack_id: str) -> bool:
        return slack_id in self._groups

    def only_in(self, group: str) -> list[str] | None:
        """Return the group's members who are not named themselves; None while Slack does not say who is in it."""
        self._group_members()
        members = self._members.get(group)
        return None if members is None else sorted(members - self._users)

    def gone(self, group: str) -> str:
        """Return Slack's error about a group that no longer exists; empty if it does."""
        self._group_members()
        return self._gone.get(group, "")

    def _group_members(self) -> frozenset[str]:
        if self._groups and time.monotonic() > self._ask_again_at:
            self._ask_all()
        return frozenset().union(*self._members.copy().values())

    def _ask_all(self) -> None:
        """Ask Slack in one thread; the others wait only if their last answer is too old to serve."""
        is_too_old = time.monotonic() - self._asked_at > STALE_SECONDS
        if not self._asking.acquire(blocking=is_too_old):
            return
        try:
            if time.monotonic() > self._ask_again_at:
                seconds = min([self._ask(group) for group in self._groups])
                self._asked_at = time.monotonic()
                self._ask_again_at = self._asked_at + seconds
                self._warn_if_nobody()
        finally:
            self._asking.release()

    def _ask(self, group: str) -> float:
        """Ask for a group's members; return the seconds until the next time. An old answer counts for STALE_SECONDS."""
        try:
            self._note(group, self._client.usergroups_users_list(usergroup=group)["users"] or ())
        except SlackApiError as error:
            if (reason := name_of(error)) not in NO_GROUP:
                return self._unknown(group, reason)
            self._note(group, (), reason)
        except SLACK_AWAY as error:
            return self._unknown(group, type(error).__name__)
        return CACHE_SECONDS

    def _note(self, group: str, members: Iterable[str], gone: str = "") -> None:
        if gone and group not in self._gone:
            log.error(
                "a user group of SLACK_ADMINS is gone: name another there, or members by their IDs",
                extra={"group": group, "reason": gone},
            )
        self._members[group], self._answered_at[group] = frozenset(members), time.monotonic()
        self._gone.pop(group, None)
        if gone:
            self._gone[group] = gone

    def _unknown(self, group: str, reason: str) -> float:
        log.warning("the members of a user group are unknown", extra={"group": group, "reason": reason})
        if time.monotonic() - self._answered_at.get(group, 0.0) > STALE_SECONDS:
            self._members.pop(group, None)
        return RETRY_SECONDS

    def _warn_if_nobody(self) -> None:
        """Log once that nobody is an admin, until somebody is."""
        is_nobody = not self._users and not any(self._members.values())
        if is_nobody and not self._warned_of_nobody:
            log.error(
                "nobody may change extensions: none of the user groups in SLACK_ADMINS has a known member. "
                "Put a member ID (U…) into SLACK_ADMINS and restart Switchhook"
            )
        self._warned_of_nobody = is_nobody


def must_be_admin(admins: Admins, user_id: str, deed: str = "do that") -> None:
    """Raise Refusal for anybody else; it names those who may. `deed`: behind “Only phone admins can”."""
    if user_id not in admins:
        raise refusals.not_permitted(deed, admins.mentions(), user_id)
