"""Pure: a request of Slack's in the words of who made it, for an answer that comes later and elsewhere."""

from __future__ import annotations

import re
from typing import Any

from handlers.slack import command_text
from handlers.slack.blocks import escape
from handlers.wording import shorten
from pbx.errors import Refusal

MOST_SHOWN = 200  # characters
HARMLESS = ("create", "set", "secret")  # subcommands behind which passwords are typed
SHOWN_SETTINGS = {*command_text.SETTINGS, *command_text.NAT_SETTINGS} - {"secret"}


def answer_to(payload: dict[str, Any]) -> str:
    """Return `Answer to /ext create 101 Alice, asked` as mrkdwn, without a password that was typed."""
    what, verb = _what(payload)
    shown = f"`{escape(what)}`" if "command" in payload else escape(what)
    return f"Answer to {shown}, {verb}"


def named(payload: dict[str, Any]) -> str:
    """Return `/ext call 101`, or `the button “Call back”`, as plain words without a password that was typed."""
    return _what(payload)[0]


def _what(payload: dict[str, Any]) -> tuple[str, str]:
    if "command" in payload:
        return _typed(payload["command"], payload.get("text", "")), "asked"
    if actions := payload.get("actions"):
        label = (actions[0].get("text") or {}).get("text")
        return (f"the button “{_shortened(label)}”", "pressed") if label else ("your choice", "made")
    title = (payload.get("view") or {}).get("title") or {}
    return f"the window “{_shortened(title.get('text') or 'Phones')}”", "submitted"


def _typed(command: str, text: str) -> str:
    """Return a command as it was typed: the values of settings that are not known to be harmless are left out."""
    try:
        words = command_text.split(text)
    except Refusal:
        return _shortened(f"{command} …")
    if any("secret" in each.lower() or "password" in each.lower() for each in words):
        return _shortened(" ".join([command, *_around_passwords(words)]))
    return _shortened(" ".join([command, *map(_shown, words)]))


def _around_passwords(words: list[str]) -> list[str]:
    """Return the subcommand and number alone, and the names of settings, as a password may be any of the other words."""
    known = [each for each in words[:2] if command_text.is_digits(each) or each.lower() in HARMLESS]
    names = [each.partition("=")[0] for each in words if "=" in each]
    settings = [f"{each}=…" for each in names if each.lower() in {*SHOWN_SETTINGS, "secret"}]
    is_all = len(known) + len(settings) == len(words)
    return [*known, *settings, *([] if is_all else ["…"])]


def _shown(word: str) -> str:
    if mention := re.fullmatch(r"<@([A-Z0-9]+)\|?([^>]*)>", word):
        return f"@{mention[2] or mention[1]}"
    name, equals, _ = word.partition("=")
    return word if not equals or name.lower() in SHOWN_SETTINGS else f"{name}=…"


def _shortened(text: str) -> str:
    return shorten(text, MOST_SHOWN)
