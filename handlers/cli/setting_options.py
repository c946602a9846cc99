"""Settings as options, and what to type instead of Slack's `key=value`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from shlex import quote
from typing import Any

import click

from handlers.slack import command_text


class CommandWithSettings(click.Command):
    """Refuses settings as Slack takes them, `name=Alice`, with the options that they are here."""

    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        options = list(self._as_options([ctx.params.get("number") or "", *rest]))
        if rest or options:
            ctx.fail(f"settings are options here: {' '.join(options) or 'see --help'}")
        return rest

    def _as_options(self, words: Sequence[str]) -> Iterator[str]:
        """Yield `--voicemail-enabled=true` for `voicemail_enabled=true`. A secret is not repeated."""
        names = {option.name: option.opts[0] for option in self.params if isinstance(option, click.Option)}
        for word in words:
            name, equals, value = word.partition("=")
            if equals and name.lower() in names:
                yield f"{names[name.lower()]}={'…' if name.lower() == 'secret' else quote(value)}"


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--name`, `--secret` and so on, one for each setting."""
    for name in reversed(command_text.SETTINGS):
        command = click.option(f"--{name.replace('_', '-')}", name, help=f"{name} of the extension")(command)
    return command
