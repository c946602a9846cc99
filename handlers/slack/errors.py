"""What Slack's refusals mean, and how long to wait after one."""

from __future__ import annotations

import re
from http.client import HTTPException

from slack_sdk.errors import SlackApiError, SlackClientError

from handlers.retry import retry_after
from handlers.slack.message_content import MESSAGE_FAULTS

# What a call to Slack raises when there is no answer, or one that is no good.
SLACK_AWAY = (SlackClientError, OSError, HTTPException)
MAX_WAIT = 60.0  # seconds between two tries
# Errors that a later try meets again, by whose fault it is.
CHANNEL_LOST = {
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "channel_type_not_supported",
    "user_not_found",
    "users_not_found",
    "user_not_visible",
    "user_disabled",
    "cannot_dm_bot",
    "messages_tab_disabled",
}
# Of the token, whatever it is used for: it may be replaced, and an address that Slack refuses be let in again.
TOKEN_REFUSED = {
    "invalid_auth",
    "token_revoked",
    "token_expired",
    "account_inactive",
    "missing_scope",
    "not_authed",
}
MAY_NOT_POST = "restricted_action"  # with many endings
MESSAGE_LOST = {"message_not_found", "cant_update_message", "edit_window_closed"}
# “It’s possible some aspect of the operation succeeded before the error was raised.”
UNSURE = {"internal_error", "fatal_error", "service_unavailable"}


def name_of(error: SlackApiError) -> str:
    """Return Slack's error code, such as `channel_not_found`; of an answer that is no JSON, its beginning."""
    return str(error.response.get("error") or "")[:100]


def is_message_fault(body: str) -> bool:
    """Return whether a response_url's answer, of whatever status, finds fault with the message itself."""
    return not MESSAGE_FAULTS.isdisjoint(re.findall(r"[a-z_]+", body))


def is_definite(error: SlackApiError) -> bool:
    """Return whether Slack itself refused, so that nothing was done and it would refuse the same again."""
    name = name_of(error)
    return error.response.status_code == 200 and name not in UNSURE and bool(re.fullmatch(r"[a-z_]+", name))


def seconds_to_wait(error: Exception) -> float:
    """Return how long Slack wants to be left alone; after an error that does not say so, MAX_WAIT."""
    headers = error.response.headers if isinstance(error, SlackApiError) else {}
    return retry_after(headers, MAX_WAIT)
