"""Checks of Socket Mode: the app-level token, the way to Slack's WebSockets, and the web process's connection."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from command_lines import WEB
from handlers.doctor.env_checks import RESTART
from handlers.doctor.placeholders import is_placeholder
from handlers.doctor.slack_checks import client_of
from handlers.slack.errors import SLACK_AWAY, is_definite, name_of
from handlers.slack.socket_mode import CONNECTED
from pbx.doctor.connections import connected
from pbx.doctor.findings import Check, Finding, NothingToCheck, Skipped
from pbx.services import Services

SECONDS = 4.0
WHY = "no command, button or form reaches Switchhook by Socket Mode"
NEW_TOKEN = (
    "in Slack's app settings, “Basic Information”, “App-Level Tokens”, make one with the scope connections:write (xapp-…): set "
    f"SLACK_APP_TOKEN to it, {RESTART}"
)
UNKNOWN = ("Slack does not know SLACK_APP_TOKEN", NEW_TOKEN)
OTHER_KIND = ("SLACK_APP_TOKEN is no app-level token: those begin with xapp-", NEW_TOKEN)
REFUSALS = {
    "invalid_auth": UNKNOWN,
    "not_authed": UNKNOWN,
    "token_revoked": ("SLACK_APP_TOKEN was revoked", NEW_TOKEN),
    "not_allowed_token_type": OTHER_KIND,
    "missing_scope": ("SLACK_APP_TOKEN lacks the scope connections:write", NEW_TOKEN),
}
SWITCHED_ON = "see that Slack's app settings, “Socket Mode”, have it switched on; else "


def token(services: Services) -> Iterator[Finding]:
    """Find why Slack gives no address for a WebSocket, or that the address cannot be reached from here."""
    given = _token_of(services)
    client = client_of(services)
    try:
        url = str(client.apps_connections_open(app_token=given)["url"])
    except SlackApiError as error:
        if not is_definite(error):
            raise Skipped from None  # slack_checks.token() finds it, if it lasts
        reason = name_of(error)
        seen, remedy = REFUSALS.get(reason, (f"Slack refuses apps.connections.open: {reason}", NEW_TOKEN))
        if not given.startswith("xapp-"):
            seen, remedy = OTHER_KIND
        yield Finding("slack-socket", seen, WHY, SWITCHED_ON + remedy + _over_https(services))
    except SLACK_AWAY:
        raise Skipped from None  # slack_checks.token() finds it
    else:
        yield from _reached(client, url)


def _over_https(services: Services) -> str:
    """Return what to do where Slack's requests may come over HTTPS, and the token be there by mistake."""
    if not services.settings.slack_signing_secret.get_secret_value():
        return ""
    return f". Or, if Slack sends its requests over HTTPS: empty SLACK_APP_TOKEN, {RESTART}"


def _token_of(services: Services) -> str:
    given = services.settings.slack_app_token.get_secret_value()
    if not given:
        raise NothingToCheck("SLACK_APP_TOKEN is empty: Slack's requests come over HTTPS")
    if is_placeholder(given):
        raise Skipped
    return given


def _reached(client: WebClient, url: str) -> Iterator[Finding]:
    """`url`: whose ticket is never shown."""
    address, is_tls = urlsplit(url), url.startswith("wss:")
    if client.proxy:
        return  # which goes there in our place
    host, port = address.hostname or "", address.port or 443
    try:
        with connected(host, port, SECONDS, ssl.create_default_context() if is_tls else None):
            pass
    except OSError as error:
        yield Finding(
            "slack-socket",
            f"{host}:{port}, where Slack's WebSockets are, cannot be reached ({type(error).__name__})",
            WHY,
            "let this machine out to *.slack.com, port 443, also for WebSockets: a firewall or proxy that looks into TLS has to "
            "leave them alone; HTTPS_PROXY in .env names a proxy",
        )


def connection(services: Services) -> Iterator[Finding]:
    """Find a web process that has no connection."""
    _token_of(services)
    try:
        answer = requests.get(f"http://127.0.0.1:{services.settings.port}/readyz", timeout=SECONDS).json()
    except (requests.RequestException, ValueError):
        raise Skipped from None
    state = str(answer.get("slack", CONNECTED))  # web-settings finds one that knows of no token
    if state != CONNECTED:
        yield Finding(
            "socket-connected",
            f"the web process has no connection to Slack: {state}",
            WHY,
            f"it tries again by itself; if that lasts, journalctl -u {WEB} -o cat -n 50 has each try, and systemctl restart "
            f"{WEB} has it try at once",
        )


CHECKS: tuple[Check[Services], ...] = (
    Check(
        "slack-socket",
        "Slack takes SLACK_APP_TOKEN, and its WebSockets can be reached",
        token,
        needs=("slack",),
        limit=10.0,
    ),
    Check(
        "socket-connected",
        "the web process is connected to Slack, in Socket Mode",
        connection,
        needs=("web", "slack-socket"),
    ),
)
