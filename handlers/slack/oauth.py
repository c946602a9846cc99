"""Slack's OAuth, as far as it is the same whatever people are asked for: who the app is, and where they come back to."""

from __future__ import annotations

from urllib.parse import urljoin

from slack_sdk import WebClient

from handlers.slack.client import SLACK_SECONDS
from settings import Settings

# Slack's errors that say that the app itself is set up wrong.
MISCONFIGURED = {
    "invalid_client_id",
    "bad_client_secret",
    "bad_redirect_uri",
    "invalid_scope",
    "no_user_scopes",
}


def missing(settings: Settings) -> str:
    """Return what there has to be for Slack to ask people, and is not; empty: nothing."""
    if not settings.slack_client_id or not settings.slack_client_secret:
        return "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are not set"
    if not (settings.public_url or "").startswith("https://"):
        return "PUBLIC_URL is no address with https://, which Slack sends people back to"
    return ""


def asking_page(settings: Settings, path: str) -> str:
    """Return where Slack asks people."""
    return urljoin(settings.slack_api_url, path)


def redirect_uri(settings: Settings, path: str) -> str:
    """Return where Slack sends them back to."""
    return f"{settings.public_url}{path}"


def credentials(settings: Settings) -> dict[str, str]:
    """Return what Slack knows the app by when a code is redeemed; the client sends them in a header."""
    secret = settings.slack_client_secret
    return {
        "client_id": settings.slack_client_id,
        "client_secret": secret.get_secret_value() if secret else "",
    }


def client(settings: Settings, seconds: int = SLACK_SECONDS) -> WebClient:
    """Make a client that has no token yet."""
    return WebClient(base_url=settings.slack_api_url, timeout=seconds, retry_handlers=[])
