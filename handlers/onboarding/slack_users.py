"""Who somebody is in Slack: by their e-mail address, and whether a phone may be theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.hr.lookup import TemporaryError
from handlers.slack import refusals
from handlers.slack.client import slack_client
from handlers.slack.errors import SLACK_AWAY, is_definite, name_of, seconds_to_wait
from settings import Settings

NO_SUCH_USER = ("users_not_found", "user_not_found", "user_not_visible")  # by an address, by an ID
SLACKBOT = "USLACKBOT"  # which Slack's API does not call a bot


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


def unfit(settings: Settings, user_id: str) -> str | None:
    """Return why somebody could never read a message; None also where Slack does not say."""
    try:
        return fault(slack_client(settings), user_id)
    except SLACK_AWAY:
        return None


def fault(client: WebClient, user_id: str) -> str | None:
    """Return why somebody could never read a message. Raises SLACK_AWAY where Slack does not say."""
    try:
        user = client.users_info(user=user_id)["user"]
    except SlackApiError as error:
        if name_of(error) in NO_SUCH_USER:
            return "is nobody in this workspace"
        raise
    return fault_of(user, user_id)


def fault_of(user: Mapping[str, Any], user_id: str) -> str | None:
    """Return why somebody could never read a message, by what users.info says of them."""
    if user.get("deleted"):
        return "is deactivated in Slack"
    return "is a bot" if user.get("is_bot") or user_id == SLACKBOT else None


def must_be_fit(settings: Settings, user_id: str | None) -> None:
    """Raise Refusal for whose no phone may be: its password, alerts and voicemail are told them. None: nobody's."""
    if user_id and (reason := unfit(settings, user_id)):
        raise refusals.no_person(user_id, reason)
