"""The one way to Slack's Web API, for the web process and the listener alike."""

from __future__ import annotations

from slack_sdk import WebClient

from settings import Settings

SLACK_SECONDS = 10


def slack_client(settings: Settings, seconds: int = SLACK_SECONDS) -> WebClient:
    """Make a client that sends nothing again behind our back: a message whose answer was lost may be there already.

    `seconds`: how long one request may take.
    """
    return WebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        timeout=seconds,
        retry_handlers=[],
    )
