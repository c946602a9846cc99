"""`flask ext presence`: what lamps show, and who watches whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import click
from flask.cli import with_appcontext
from pydantic import BaseModel

from handlers import presence_wording
from handlers.cli.common import or_refused, the_services
from handlers.cli.json_output import JSON, show
from handlers.slack import command_text
from pbx import hints
from pbx.hint_states import Hint, Presence


class ShownHint(BaseModel):
    """A number that lamps can show."""

    extension_number: str
    name: str | None  # of the extension, if it is one of Switchhook's
    context: str
    devices: str  # what its state comes from, such as PJSIP/101
    state: str
    watchers: list[str]  # endpoints

    @classmethod
    def of(cls, hint: Hint, names: Mapping[str, str]) -> Self:
        number = hint.number
        return cls(
            extension_number=number, name=names.get(number), context=hint.context, devices=hint.devices,
            state=hint.state, watchers=list(hint.watchers),
        )  # fmt: skip


class ShownPresence(BaseModel):
    """The hints, and of one number, what its own phones watch."""

    hints: list[ShownHint]
    watched: list[ShownHint]
    warnings: list[str]

    @classmethod
    def of(cls, found: Presence) -> Self:
        return cls(
            hints=[ShownHint.of(each, found.names) for each in found.hints],
            watched=[ShownHint.of(each, found.names) for each in found.watched],
            warnings=list(found.warnings),
        )


@click.command(
    "presence", help="What busy lamps (BLF) show: the state of each hint, or of NUMBER's, and who watches it."
)
@click.argument("number", required=False)
@JSON
@with_appcontext
def presence(number: str | None, machine: bool) -> None:
    wanted = or_refused(lambda: command_text.exten(number)) if number else None
    found = or_refused(lambda: hints.presence(the_services(), wanted))
    if machine:
        show(ShownPresence.of(found))
        return
    for line in presence_wording.lines(found, wanted):
        click.echo(line)
    click.echo(presence_wording.headline(found), err=True)
    for warning in found.warnings:
        click.echo(f"⚠️ {warning}", err=True)
