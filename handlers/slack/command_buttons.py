"""Pure: buttons that run a command, as if whoever presses them had typed it.

The value says which row a button is about, and whose it was, so that it never concerns a later owner of the number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from handlers.slack.blocks import Block, button
from models.extension import Extension

RUN, REPLACE = (
    "ext_run_",
    "ext_replace_",
)  # begin the action_id: the answer comes below, or takes the message's place
MENU = f"{RUN}menu"
# What changes nothing by itself; `delete` asks first, of the extension that there is then.
ONLY_LOOK = ("status", "list", "presence", "menu", "help", "audit", "drift", "doctor", "delete")
PRESSED = re.compile(rf"^({RUN}|{REPLACE}).*$")


def command_button(
    label: str, command: str, *, about: Extension | int | None = None, replaces: bool = False, **more: Any
) -> Block:
    """Return a button that runs `/ext <command>`. `about`: the row or its id; `more`: style, confirm.

    `replaces`: the answer takes the place of the message, as when its pages are turned.
    """
    unique = re.sub("[^a-z0-9]+", "_", command.lower())[:200]
    return button(label, f"{REPLACE if replaces else RUN}{unique}", value_of(command, about), **more)


def command_overflow(
    commands: Sequence[tuple[str, str]], *, about: Extension | None = None, **more: Any
) -> Block:
    """Return the menu behind ⋮, of one to five pairs of label and command, each of which is short."""
    options = [
        {"text": {"type": "plain_text", "text": label}, "value": value_of(command, about)}
        for label, command in commands
    ]
    return {"type": "overflow", "action_id": MENU, "options": options, **more}


def value_of(command: str, about: Extension | int | None) -> str:
    if not isinstance(about, Extension):
        return f"{about or ''}:{command}"
    return f"{about.id or ''}{f'@{about.slack_user_id}' if about.slack_user_id else ''}:{command}"


class Pressed(NamedTuple):
    """What a button carries. `user_id`: the Slack user of the row when it was shown, if that is known."""

    command: str
    row_id: int | None = None
    user_id: str | None = None


def parse_value(value: str) -> Pressed | None:
    """Return what a button carries; None: no version of ours made this value."""
    match = re.fullmatch(r"([0-9]{0,9})(?:@([A-Z0-9]+))?:(.+)", value)
    return Pressed(match[3], int(match[1]) if match[1] else None, match[2]) if match else None
