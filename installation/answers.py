"""Whether what the administrator says can be so, by the rules of the settings."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from installation.env_file import quoted
from installation.facts import Answers
from models.extension_range import ExtensionRange
from setting_types import Server, SlackIds, is_own_machine

HOST = re.compile(
    r"(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)


def host(text: str) -> str:
    """Return the name under which Slack reaches the machine. Raises ValueError."""
    name = text.strip().removeprefix("https://").rstrip("/")
    if not HOST.fullmatch(name):
        raise ValueError(
            "needs a name with a dot that the internet knows, such as pbx.example.com, without a port or path"
        )
    return name.lower()


def bot_token(text: str) -> str:
    if not re.fullmatch(r"xoxb-[A-Za-z0-9-]+", text.strip()):
        raise ValueError(
            "needs the Bot User OAuth Token, which begins with xoxb-, from “OAuth & Permissions”"
        )
    return text.strip()


def app_token(text: str) -> str:
    if not re.fullmatch(r"xapp-[A-Za-z0-9-]+", text.strip()):
        raise ValueError(
            "needs an app-level token, which begins with xapp-, from “Basic Information”, “App-Level Tokens”"
        )
    return text.strip()


def signing_secret(text: str) -> str:
    if not re.fullmatch(r"[!-~]{8,}", text.strip()):
        raise ValueError(
            "needs the whole Signing Secret of “Basic Information”, “App Credentials”: 32 letters and digits"
        )
    return quotable(text.strip())


def quotable(text: str) -> str:
    """Return the text. Raises ValueError if `.env` cannot hold it."""
    quoted(text)
    return text


def _by_setting(kind: Any) -> Callable[[str], str]:
    adapter = TypeAdapter(kind)

    def check(text: str) -> str:
        try:
            adapter.validate_python(text.strip())
        except ValidationError as error:
            raise ValueError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
        return text.strip()

    return check


def sip_domain(text: str) -> str:
    """Return the server for phones. Raises ValueError."""
    server = _by_setting(Server)(text)
    if is_own_machine(server):
        raise ValueError(
            "needs a name or address of this machine in the network: with this one phones would call themselves"
        )
    return server


slack_admins = _by_setting(SlackIds)


def extension_range(text: str) -> str:
    return str(ExtensionRange(text.strip()))


SECRETS = ("slack_bot_token", "slack_app_token", "slack_signing_secret")
CHECKS: dict[str, Callable[[str], str]] = {
    "host": host,
    "sip_domain": sip_domain,
    "extension_range": extension_range,
    "slack_bot_token": bot_token,
    "slack_app_token": app_token,
    "slack_signing_secret": signing_secret,
    "slack_admins": slack_admins,
}


def option(name: str) -> str:
    """Return the option that gives an answer: a secret's is the name of a file."""
    return f"--{name.replace('_', '-')}" + ("-file" if name in SECRETS else "")


def checked(**given: str) -> Answers:
    """Return the answers that were given. Raises ValueError, which names the option, never the value."""
    values: dict[str, Any] = {}
    for name, text in given.items():
        try:
            values[name] = CHECKS[name](text) if text else ""
        except ValueError as error:
            raise ValueError(f"{option(name)} {error}") from None
    return Answers(**values)
