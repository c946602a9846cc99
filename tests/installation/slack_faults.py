"""Faults of Slack's side."""

from __future__ import annotations

from tests.installation.fault import Act, Fault, setting
from tests.installation.installation import CHANNEL, Installation
from tests.slack_stand_in.workspace import SCOPES


def _scopes(scopes: str) -> Act:
    def install_app(installation: Installation) -> None:
        installation.slack.scopes = scopes

    return install_app


def _clear_faults(installation: Installation) -> None:
    installation.slack.clear_faults()


SLACK = (
    Fault(
        "the bot token is another one",
        "slack",
        setting("SLACK_BOT_TOKEN", "xoxb-of-the-app-before"),
        "“OAuth & Permissions” shows the Bot User OAuth Token (xoxb-…): set SLACK_BOT_TOKEN to it",
        setting("SLACK_BOT_TOKEN", "{SLACK_BOT_TOKEN}"),
    ),
    Fault(
        "the app was removed from the workspace",
        "slack",
        lambda installation: installation.slack.fail_until_cleared("auth.test", error="account_inactive"),
        "install the app once more",
        _clear_faults,
    ),
    Fault(
        "the app lacks a scope",
        "slack-scopes",
        _scopes(SCOPES.replace(",usergroups:read", "")),
        "add them under “Bot Token Scopes”",
        _scopes(SCOPES),
    ),
    Fault(
        "Switchhook is not in the alert channel",
        "slack-channels",
        lambda installation: installation.slack.fail_until_cleared(
            "conversations.history", error="not_in_channel", channel=CHANNEL
        ),
        "in that channel, type /invite @Switchhook",
        _clear_faults,
    ),
    Fault(
        "nobody has an admin's ID",
        "slack-admins",
        setting("SLACK_ADMINS", "{SLACK_ADMINS},U0TYPO001"),
        "“Copy member ID”: put that into SLACK_ADMINS in the place of U0TYPO001",
        setting("SLACK_ADMINS", "{SLACK_ADMINS}"),
    ),
    Fault(
        "the clock is ten minutes slow",
        "clock",
        lambda installation: installation.slack.set_clock(600),
        "timedatectl set-ntp true",
        lambda installation: installation.slack.set_clock(0),
    ),
)
