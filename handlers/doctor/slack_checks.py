"""Checks of Slack's side: the token, what the app may do, where it is a member, who its admins are, and the clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.alerts import routing
from handlers.doctor.env_checks import RESTART
from handlers.doctor.placeholders import is_placeholder
from handlers.slack.admins import NO_GROUP
from handlers.slack.client import slack_client
from handlers.slack.errors import SLACK_AWAY, is_definite, name_of
from pbx.doctor.findings import Finding, Skipped
from pbx.services import Services

SECONDS = 3  # of one request
# As manifest.yaml has them, which says what each is for.
SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read",
    "users:read.email",
)
MAX_CHANNELS = 10  # asked for, of as many as there are routes
MAX_ADMINS = 10
MAX_SECONDS_OFF = 60  # of the clock; Slack's requests are refused from five minutes on
NO_ALERTS = "no alert is posted, nobody is welcomed, and who is in a user group stays unknown"
TOKEN_AT = "in Slack's app settings, “OAuth & Permissions” shows the Bot User OAuth Token (xoxb-…)"  # noqa: S105 (no token)
NEW_TOKEN = f"{TOKEN_AT}: set SLACK_BOT_TOKEN to it, {RESTART}"  # a remedy
REFUSALS = {
    "invalid_auth": ("Slack does not know SLACK_BOT_TOKEN", NEW_TOKEN),
    "not_authed": ("Slack does not know SLACK_BOT_TOKEN", NEW_TOKEN),
    "account_inactive": (
        "SLACK_BOT_TOKEN is of an app that was removed from the workspace",
        f"install the app once more; {NEW_TOKEN}",
    ),
    "token_revoked": (
        "SLACK_BOT_TOKEN was revoked: the app was removed or installed anew",
        f"install the app once more if it is gone; {NEW_TOKEN}",
    ),
}


def client_of(services: Services) -> WebClient:
    client = slack_client(services.settings)
    client.timeout = SECONDS
    return client


def token(services: Services) -> Iterator[Finding]:
    """Find why Slack does not take the token, if it does not answer as it should."""
    given = services.settings.slack_bot_token.get_secret_value()
    if not given or is_placeholder(given):
        raise Skipped
    try:
        client_of(services).auth_test()
    except SlackApiError as error:
        reason = name_of(error)
        if not is_definite(error):
            status = error.response.status_code
            yield Finding(
                "slack",
                f"Slack does not answer as it should ({status} {reason})",
                f"{NO_ALERTS}; what waits is posted once it does",
                "wait: https://slack-status.com says whether Slack itself is in trouble, and nothing here has to be changed",
            )
            return
        seen, remedy = REFUSALS.get(reason, (f"Slack refuses auth.test: {reason}", NEW_TOKEN))
        yield Finding("slack", seen, NO_ALERTS, remedy)
    except SLACK_AWAY as error:
        yield Finding(
            "slack",
            f"{services.settings.slack_api_url} does not answer ({type(error).__name__})",
            f"{NO_ALERTS}; what waits is posted once it does",
            f"see that this machine reaches the internet by HTTPS: curl -sS {services.settings.slack_api_url}api.test; "
            "https://slack-status.com says whether Slack itself is in trouble",
        )


def _headers(services: Services) -> dict[str, str]:
    """Return the headers of the answer to auth.test, in lower case.

    Raises Skipped where Slack has gone since token() was run.
    """
    try:
        answer = client_of(services).auth_test()
    except SLACK_AWAY:
        raise Skipped from None
    return {name.lower(): value for name, value in answer.headers.items()}


def scopes(services: Services) -> Iterator[Finding]:
    """Find what the app may not do that the program does."""
    granted = _headers(services).get("x-oauth-scopes")
    missing = [scope for scope in SCOPES if granted is not None and scope not in granted.split(",")]
    if missing:
        yield Finding(
            "slack-scopes",
            f"the Slack app lacks {'the scope' if len(missing) == 1 else 'the scopes'} {', '.join(missing)}",
            "Slack refuses what needs them (missing_scope); docs/install.md says what each is for",
            "at https://api.slack.com/apps, open the app, “OAuth & Permissions”, add them under “Bot Token Scopes” as "
            "manifest.yaml has them, then “Reinstall to Workspace”",
        )


def channels(services: Services) -> Iterator[Finding]:
    """Find channels that alerts are to go to, and that Slack does not let Switchhook post to."""
    client = client_of(services)
    for channel in _routed(services)[:MAX_CHANNELS]:
        try:
            client.conversations_history(channel=channel, limit=1)
        except SlackApiError as error:
            if name_of(error) in ("channel_not_found", "not_in_channel", "is_archived"):
                yield Finding(
                    "slack-channels",
                    f"Switchhook is not in the channel {channel}, to which alerts are to go ({name_of(error)})",
                    "Slack takes no messages for it, and what happens there is not told",
                    "in that channel, type /invite @Switchhook; if it is gone, type /ext alerts here in another"
                    f"{_or_setting(services, channel)}",
                )
        except SLACK_AWAY:
            raise Skipped from None


def _routed(services: Services) -> list[str]:
    with services.database.session() as session:
        routes = [route.channel for route in routing.all_routes(session)]
    default = services.settings.alert_channel
    found = [each for each in (default, *routes) if each[:1] in ("C", "G")]
    return list(dict.fromkeys(each for each in found if not is_placeholder(each)))


def _or_setting(services: Services, channel: str) -> str:
    is_default = channel == services.settings.alert_channel
    return f", or set ALERT_CHANNEL to another's ID, {RESTART}" if is_default else ""


def admins(services: Services) -> Iterator[Finding]:
    """Find admins whom Slack does not know."""
    client = client_of(services)
    for slack_id in services.settings.slack_admins[:MAX_ADMINS]:
        if is_placeholder(slack_id):
            continue
        try:
            problem = (
                _group_problem(client, slack_id) if slack_id[0] == "S" else _user_problem(client, slack_id)
            )
        except SLACK_AWAY:
            raise Skipped from None
        if problem:
            yield Finding(
                "slack-admins",
                f"{slack_id} in SLACK_ADMINS {problem}",
                "whoever is meant cannot change extensions, and hears of no trouble",
                "in Slack, open their profile, then ⋮, then “Copy member ID”: put that into SLACK_ADMINS in the place of "
                f"{slack_id}, {RESTART}",
            )


def _user_problem(client: WebClient, slack_id: str) -> str:
    try:
        user = client.users_info(user=slack_id)["user"] or {}
    except SlackApiError as error:
        return (
            "is nobody in this workspace" if name_of(error) in ("user_not_found", "user_not_visible") else ""
        )
    return "is a deactivated account" if user.get("deleted") else ""


def _group_problem(client: WebClient, slack_id: str) -> str:
    try:
        members = client.usergroups_users_list(usergroup=slack_id)["users"]
    except SlackApiError as error:
        reason = name_of(error)
        return f"is a user group that does not count any more ({reason})" if reason in NO_GROUP else ""
    return "" if members else "is a user group without members"


def clock(services: Services) -> Iterator[Finding]:
    """Find a clock that differs from Slack's, which requests are signed by."""
    sent = _headers(services).get("date")
    off = time.time() - parsedate_to_datetime(sent).timestamp() if sent else 0.0
    if abs(off) > MAX_SECONDS_OFF:
        yield Finding(
            "clock",
            f"this machine's clock is {abs(off):.0f} seconds {'ahead of' if off > 0 else 'behind'} Slack's",
            "from five minutes on, every request of Slack's is refused, and first days of employees come at the wrong time",
            "as root, timedatectl set-ntp true; timedatectl then says “System clock synchronized: yes”",
        )
