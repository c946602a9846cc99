"""An option for each setting of an extension, and what to type instead of Slack's `key=value`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from handlers.slack import command_text


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--name`, `--secret` and so on, one for each setting."""
    for name in reversed(command_text.SETTINGS):
        command = click.option(f"--{name.replace('_', '-')}", name, help=f"{name} of the extension")(command)
    return command
