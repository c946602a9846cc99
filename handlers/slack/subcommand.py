"""What the table of subcommands has of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.slack import command_text, roles
from handlers.slack.blocks import SlackMessage, View
from handlers.slack.command_text import Arguments
from handlers.slack.roles import Role
from handlers.slack.targets import Target
from pbx.services import Services

# What people type for these.
ALIASES = {
    "new": "create",
    "add": "create",
    "edit": "set",
    "remove": "delete",
    "rm": "delete",
    "del": "delete",
}


@dataclass(frozen=True)
class Subcommand:
    """One line of `/ext help`, and what it does. What stands in code at the end of `summary` are examples."""

    usage: str
    summary: str
    run: Callable[[Services, Arguments], SlackMessage]
    deed: str = "do that"  # behind “Only phone admins can”
    target: Target = Target.NONE  # where a name or @user may stand for a number
    settings: tuple[str, ...] = command_text.SETTINGS  # what may stand behind it as key=value
    window: Callable[[Services, Arguments], Callable[[], View] | None] | None = (
        None  # that it opens instead, if any
    )

    @property
    def takes_settings(self) -> bool:
        return "key=value" in self.usage

    @property
    def role(self) -> Role:
        return roles.needed(self.usage.split()[0])
