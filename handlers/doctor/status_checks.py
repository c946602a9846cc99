"""The check of what lets people have their Slack status say “On a call”."""

from __future__ import annotations

from collections.abc import Iterator

from slack_sdk.errors import SlackApiError

from handlers.doctor.env_checks import RESTART
from handlers.doctor.slack_checks import SECONDS
from handlers.oncall import authorization
from handlers.slack.errors import SLACK_AWAY, name_of
from pbx.doctor.findings import Finding, NothingToCheck, Skipped
from pbx.services import Services

WHY = "nobody can connect their Slack status with /ext mystatus connect"
NO_CODE = "0"  # Slack looks at the client's ID and secret first
WRONG = {
    "invalid_client_id": ("Slack does not know SLACK_CLIENT_ID", "SLACK_CLIENT_ID to the Client ID"),
    "bad_client_secret": (
        "SLACK_CLIENT_SECRET is not that of SLACK_CLIENT_ID",
        "SLACK_CLIENT_SECRET to the Client Secret",
    ),
}


def client(services: Services) -> Iterator[Finding]:
    """Find a client ID and secret that Slack does not take, and a PUBLIC_URL that it sends nobody back to."""
    if not services.settings.slack_client_id:
        raise NothingToCheck("SLACK_CLIENT_ID is empty: “On a call” as Slack status is not offered")
    if missing := authorization.missing(services.settings):
        yield Finding(
            "slack-status",
            missing,
            WHY,
            "set PUBLIC_URL to an address with https:// that your people's browsers reach, and add "
            f"https://YOUR-HOST{authorization.PATH} to the app's redirect URLs (“OAuth & Permissions”), {RESTART}",
        )
    try:
        authorization.redeem(services.settings, NO_CODE, SECONDS)
    except SlackApiError as error:
        if wrong := WRONG.get(name_of(error)):
            yield Finding(
                "slack-status",
                wrong[0],
                WHY,
                f"in Slack's app settings, “Basic Information”, “App Credentials” shows both: set {wrong[1]}, {RESTART}",
            )
    except SLACK_AWAY:
        raise Skipped from None
