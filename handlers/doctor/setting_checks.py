"""Checks of settings that let the program start, and cannot be what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

import command_lines
import settings
from handlers.doctor.env_checks import RESTART
from handlers.doctor.env_file import EnvFile
from handlers.doctor.placeholders import is_placeholder
from handlers.doctor.slack_checks import TOKEN_AT
from handlers.hr.sources import SOURCES
from pbx.doctor.findings import Finding, NothingToCheck
from pbx.services import Services
from setting_types import is_own_machine
from settings import Settings, SettingsUnusable

# setting → what is missing without it, and where it is to be had
NEEDED_FOR_SLACK = {
    "SLACK_SIGNING_SECRET": (
        "every request of Slack's is refused (503), and /ext says dispatch_failed; there is no SLACK_APP_TOKEN for Socket Mode either",
        "in Slack's app settings, “Basic Information”, “App Credentials” shows the Signing Secret",
    ),
    "SLACK_BOT_TOKEN": (
        "no alert is posted, and nobody is welcomed",
        TOKEN_AT,
    ),
    "SLACK_ADMINS": (
        "nobody may change extensions in Slack",
        "in Slack, open your profile, then ⋮, then “Copy member ID” (U…)",
    ),
}


def slack_settings(services: Services) -> Iterator[Finding]:
    """Find what Slack needs and is empty, or a token of another kind."""
    env = EnvFile.read()
    for name, (why, where) in NEEDED_FOR_SLACK.items():
        if name == "SLACK_SIGNING_SECRET" and services.settings.slack_app_token.get_secret_value():
            continue  # Socket Mode
        if not _text_of(services.settings, name) and not env.is_misspelt(name):
            yield Finding("slack-settings", f"{name} is empty", why, f"{where}: set {name} to it, {RESTART}")
    token = _text_of(services.settings, "SLACK_BOT_TOKEN")
    if token and not is_placeholder(token) and not token.startswith("xoxb-"):
        yield Finding(
            "slack-settings",
            "SLACK_BOT_TOKEN is no bot token: those begin with xoxb-",
            NEEDED_FOR_SLACK["SLACK_BOT_TOKEN"][0],
            f"{TOKEN_AT}: set SLACK_BOT_TOKEN to it, {RESTART}",
        )


def _text_of(found: Settings, name: str) -> str:
    value = getattr(found, name.lower())
    return ",".join(value) if isinstance(value, tuple) else str(value.get_secret_value())


def alert_channel(services: Services) -> Iterator[Finding]:
    """Find a channel that is named in place of its ID."""
    channel = services.settings.alert_channel
    if not channel:
        raise NothingToCheck("it is empty: alerts come where /ext alerts here was typed, and nowhere else")
    if not is_placeholder(channel) and not re.fullmatch(r"[CGDUW][A-Z0-9]{2,}", channel):
        yield Finding(
            "alert-channel",
            f"ALERT_CHANNEL is {channel}, which is no channel's ID",
            "Slack takes no messages for it, so no alerts come",
            "in Slack, the channel's details end with its ID (C…): set ALERT_CHANNEL to it, "
            f"{RESTART}; or take the line out and type /ext alerts here in the channel",
        )


def addresses(services: Services) -> Iterator[Finding]:
    """Find a server that phones cannot reach, and new employees who get no QR code."""
    found = services.settings
    is_trial = (found.public_url or "").startswith("http://")  # all of it is for this machine alone
    if is_own_machine(found.sip_domain) and not is_trial:
        yield Finding(
            "addresses",
            f"SIP_DOMAIN is {found.sip_domain}",
            "people are told to type it into their phones as the server, and phones then call themselves",
            f"set SIP_DOMAIN to the name or address that phones know this PBX by, {RESTART}",
        )
    sources = [each for each in SOURCES.values() if getattr(found, each.setting)]
    if sources and not found.public_url:
        yield Finding(
            "addresses",
            f"PUBLIC_URL is empty, and {sources[0].setting.upper()} lets an HR system in",
            "new employees get no QR code for their phone, and have to type its password",
            f"set PUBLIC_URL to the address under which the world reaches this, such as https://YOUR-HOST, {RESTART}",
        )


def database_path(services: Services) -> Iterator[Finding]:
    """Find a relative path of SQLite's in a folder that is not the program's."""
    url = make_url(services.settings.database_url.get_secret_value())
    is_relative = url.get_backend_name() == "sqlite" and not Path(url.database or "/").is_absolute()
    if is_relative and Path.cwd() != command_lines.PROJECT:
        yield Finding(
            "database-path",
            f"DATABASE_URL has the relative path {url.database}, which means {Path(url.database or '').absolute()} here",
            "started in another folder, a process has another database, and publishes its phones",
            f"set DATABASE_URL to the whole path, with four slashes (sqlite:////var/lib/…), {RESTART}",
        )


def settings_changed(services: Services) -> Iterator[Finding]:
    """Find settings that this process, which has run for a while, has otherwise than a new one would."""
    if not Path(settings.ENV_FILE).exists():
        return
    try:
        now = settings.load()
    except SettingsUnusable:
        return  # bad_values() has it
    if changed := [name.upper() for name, value in now if value != getattr(services.settings, name)]:
        yield Finding(
            "settings-changed",
            f"{', '.join(changed)} changed in {settings.ENV_FILE} since this process was started",
            "it goes on with the old value",
            f"restart both processes: {command_lines.RESTART}",
        )
