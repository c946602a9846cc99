"""Somebody's own profile at Slack, by the token that they gave. Each request raises SlackApiError, or what is in SLACK_AWAY."""

from __future__ import annotations

from pydantic import SecretStr
from slack_sdk import WebClient

from handlers.oncall.profile import Status
from settings import Settings

SECONDS = 3  # of one request: Slack is asked again soon after it is back


class SlackProfile:
    """One person's."""

    def __init__(self, settings: Settings, token: SecretStr) -> None:
        self._client = WebClient(
            token=token.get_secret_value(),
            base_url=settings.slack_api_url,
            timeout=SECONDS,
            retry_handlers=[],
        )

    def status(self) -> Status:
        return Status.of(self._client.users_profile_get()["profile"] or {})

    def set(self, status: Status) -> None:
        self._client.users_profile_set(profile=status.fields())

    def revoke(self) -> None:
        """Give the token back."""
        self._client.auth_revoke()

    def check(self) -> None:
        """Raise what Slack says of the token, if it is not good."""
        self._client.auth_test()
