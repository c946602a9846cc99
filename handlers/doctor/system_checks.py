"""The table of checks of the system, in the order of causes; pbx/doctor/checks.py has those of Asterisk."""

from __future__ import annotations

from handlers.doctor import (
    hr_checks,
    page_checks,
    process_checks,
    public_checks,
    setting_checks,
    slack_checks,
    socket_checks,
    status_checks,
)
from pbx.doctor import checks
from pbx.doctor.findings import Check
from pbx.services import Services

CHECKS: tuple[Check[Services], ...] = (
    Check("settings-changed", "this process runs with the settings of .env", setting_checks.settings_changed),
    Check("slack-settings", "the settings for Slack are filled in", setting_checks.slack_settings),
    Check(
        "alert-channel",
        "ALERT_CHANNEL, if there is one, is the ID of a channel",
        setting_checks.alert_channel,
    ),
    Check(
        "addresses",
        "SIP_DOMAIN and PUBLIC_URL are what phones and people can reach",
        setting_checks.addresses,
    ),
    Check(
        "database-path", "DATABASE_URL names the same database in every folder", setting_checks.database_path
    ),
    *checks.CHECKS,
    Check("slack", "Slack answers, and knows SLACK_BOT_TOKEN", slack_checks.token),
    Check("slack-scopes", "the Slack app may do what Switchhook does", slack_checks.scopes, needs=("slack",)),
    Check(
        "slack-channels",
        "Switchhook is in the channels that alerts go to",
        slack_checks.channels,
        needs=("slack", "alert-channel", "database"),
        limit=10.0,
    ),
    Check(
        "slack-admins",
        "Slack knows the people and groups in SLACK_ADMINS",
        slack_checks.admins,
        needs=("slack",),
        limit=10.0,
    ),
    Check(
        "slack-status",
        "people can have their Slack status say “On a call”",
        status_checks.client,
        needs=("slack",),
        limit=15.0,
    ),
    Check("clock", "the clock is right, by Slack's", slack_checks.clock, needs=("slack",)),
    *process_checks.CHECKS,
    *socket_checks.CHECKS,
    *public_checks.CHECKS,
    Check(
        "page",
        "PUBLIC_URL leads to the page, and says how it was reached",
        page_checks.page,
        needs=("public-url",),
        limit=10.0,
    ),
    *hr_checks.CHECKS,
)
