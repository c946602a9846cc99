"""Faults of `.env`."""

from __future__ import annotations

from tests.installation.fault import Fault, setting, typed, without_setting
from tests.server import ADMIN_ID


def _wrong(what: str, check: str, name: str, value: str, remedy: str) -> Fault:
    return Fault(what, check, setting(name, value), remedy, setting(name, f"{{{name}}}"))


SETTINGS = (
    Fault(
        "everybody may read and change .env",
        "env-mode",
        typed("chmod 666 {env}"),
        "chmod 640 {env}",
        typed("chmod 640 {env}"),
    ),
    Fault(
        "the name of a setting is misspelt",
        "env-names",
        setting("SLACK_ADMIN", ADMIN_ID),
        "if SLACK_ADMINS is meant, name it so; else take it out",
        without_setting("SLACK_ADMIN"),
    ),
    Fault(
        "a quote in .env is never closed",
        "env-lines",
        setting("SLACK_USER", "'alice"),
        "write NAME=value there",
        without_setting("SLACK_USER"),
    ),
    _wrong(
        "a placeholder was left in",
        "placeholders",
        "SECRET_KEY",
        "a-long-random-string-a-long-random-string",
        "fill in your own as the line above SECRET_KEY in .env.example says",
    ),
    _wrong(
        "a setting has a bad value", "settings", "AMI_PORT", "five", "AMI_PORT needs a number from 1 to 65535"
    ),
    _wrong("the key is empty", "settings", "SECRET_KEY", "", "SECRET_KEY needs one or more strings of 32"),
    _wrong(
        "the signing secret is empty",
        "slack-settings",
        "SLACK_SIGNING_SECRET",
        "",
        "“Basic Information”, “App Credentials” shows the Signing Secret: set SLACK_SIGNING_SECRET to it",
    ),
    _wrong("nobody is an admin", "slack-settings", "SLACK_ADMINS", "", "set SLACK_ADMINS to it"),
    _wrong(
        "the alert channel is named, not its ID",
        "alert-channel",
        "ALERT_CHANNEL",
        "#phones",
        "set ALERT_CHANNEL to it",
    ),
    _wrong(
        "phones would call themselves", "addresses", "SIP_DOMAIN", "localhost", "set SIP_DOMAIN to the name"
    ),
)
