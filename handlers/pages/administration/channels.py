"""The channels in Slack that alerts may go to: those that the app is in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.slack.client import slack_client
from handlers.slack.errors import SLACK_AWAY, name_of
from settings import Settings

SECONDS = 3  # of one request
PAGE_SIZE, MAX_PAGES = 200, 10
NO_SCOPE = (
    "The Slack app lacks the scopes channels:read and groups:read, so its channels are not known by name: install it from "
    "manifest.yaml once more. Until then, type a channel's ID"
)
AWAY = "Slack does not say right now which channels there are ({}): type a channel's ID"


class Channels(NamedTuple):
    """ID → name of those that the app is in; `problem`: why they are not known."""

    names: Mapping[str, str]
    problem: str = ""

    def called(self, channel: str) -> str:
        """Return `#phones`, or the ID of one that is not known."""
        return f"#{self.names[channel]}" if channel in self.names else channel


def look(settings: Settings) -> Channels:
    """Ask Slack."""
    try:
        return Channels(_names(slack_client(settings, SECONDS)))
    except SlackApiError as error:
        problem = NO_SCOPE if name_of(error) == "missing_scope" else AWAY.format(name_of(error))
        return Channels({}, problem)
    except SLACK_AWAY as error:
        return Channels({}, AWAY.format(type(error).__name__))


def _names(client: WebClient) -> dict[str, str]:
    """Return ID → name, in order of name. Raises SLACK_AWAY."""
    found: dict[str, str] = {}
    cursor = ""
    for _ in range(MAX_PAGES):
        answer = client.users_conversations(
            types="public_channel,private_channel", exclude_archived=True, limit=PAGE_SIZE, cursor=cursor
        )
        found |= {str(each["id"]): str(each["name"]) for each in answer["channels"]}
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return dict(sorted(found.items(), key=lambda each: each[1]))
