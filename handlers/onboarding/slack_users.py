"""Who somebody is in Slack, by their e-mail address."""

from __future__ import annotations

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.hr.lookup import TemporaryError
from handlers.slack.errors import SLACK_AWAY, is_definite, name_of, seconds_to_wait

NO_SUCH_USER = ("users_not_found", "user_not_visible")  # who has such an address


def find(client: WebClient, email: str) -> tuple[str | None, str | None]:
    """Return their member ID, or else why Slack does not say; (None, None) when nobody has the address.

    Raises SLACK_AWAY, which passes.
    """
    try:
        return str(client.users_lookupByEmail(email=email)["user"]["id"]), None
    except SlackApiError as error:
        if not is_definite(error):
            raise
        name = name_of(error)
        return None, None if name in NO_SUCH_USER else name


def find_or_reason(client: WebClient, email: str) -> tuple[str | None, str | None]:
    """Find somebody as find() does, with Slack's absence as a reason to try later. Raises TemporaryError."""
    try:
        return find(client, email)
    except SLACK_AWAY as error:
        reason = f"Slack does not say who has which address ({type(error).__name__})"
        raise TemporaryError(reason, seconds_to_wait(error)) from None
