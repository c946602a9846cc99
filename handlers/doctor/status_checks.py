"""The check of what lets people have their Slack status say “On a call”."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPException
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError

from handlers.doctor import public_checks
from handlers.doctor.env_checks import RESTART
from handlers.doctor.slack_checks import SECONDS
from handlers.oncall import authorization, pages
from handlers.slack import oauth, openid
from handlers.slack.errors import SLACK_AWAY, name_of
from pbx.doctor.findings import Finding, NothingToCheck, Skipped
from pbx.services import Services
from settings import Settings

WHY = "nobody can connect their Slack status with /ext mystatus connect, or sign in on the page with Slack"
NO_CODE = "0"  # Slack looks at the client's ID and secret first
WRONG = {
    "invalid_client_id": ("Slack does not know SLACK_CLIENT_ID", "SLACK_CLIENT_ID to the Client ID"),
    "bad_client_secret": (
        "SLACK_CLIENT_SECRET is not that of SLACK_CLIENT_ID",
        "SLACK_CLIENT_SECRET to the Client Secret",
    ),
}
ELSEWHERE = range(300, 500)  # what is not of the web process, nor of a web server that does not reach it


def client(services: Services) -> Iterator[Finding]:
    """Find a client ID and secret that Slack does not take, and a PUBLIC_URL that it sends nobody back to."""
    if not services.settings.slack_client_id:
        raise NothingToCheck(
            "SLACK_CLIENT_ID is empty: neither “On a call” as Slack status nor signing in on the page with Slack is offered"
        )
    if missing := oauth.missing(services.settings):
        yield Finding(
            "slack-status",
            missing,
            WHY,
            "set PUBLIC_URL to an address with https:// that your people's browsers reach, and add "
            f"https://YOUR-HOST{authorization.PATH} and https://YOUR-HOST{openid.PATH} to the app's redirect URLs "
            f"(“OAuth & Permissions”), {RESTART}",
        )
    else:
        yield from _way_back(services.settings)
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


def _way_back(settings: Settings) -> Iterator[Finding]:
    """Find a web server that has another answer for whom Slack sends back with their permission."""
    where = authorization.redirect_uri(settings)
    try:
        status, _ = public_checks.ask(urlsplit(settings.public_url or ""), "GET", authorization.PATH)
    except (OSError, HTTPException):
        return  # public_checks finds it
    if status in ELSEWHERE and status != pages.NOT_GOOD.code:
        yield Finding(
            "slack-status",
            f"{where} leads to something that answers {status} in the place of Switchhook",
            f"{WHY}: whoever has given the permission ends there",
            f"have the web server pass on {authorization.PATH}, too, as deploy/ has it for nginx, then systemctl reload nginx",
        )
