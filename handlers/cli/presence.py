"""`flask ext presence`: what lamps show, and who watches whom."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from handlers import presence_wording
from handlers.cli.common import or_refused, the_services
from handlers.slack import command_text
from pbx import hints


@click.command(
    "presence", help="What busy lamps (BLF) show: the state of each hint, or of NUMBER's, and who watches it."
)
@click.argument("number", required=False)
@with_appcontext
def presence(number: str | None) -> None:
    wanted = or_refused(lambda: command_text.exten(number)) if number else None
    found = or_refused(lambda: hints.presence(the_services(), wanted))
    for line in presence_wording.lines(found, wanted):
        click.echo(line)
    click.echo(presence_wording.headline(found), err=True)
    for warning in found.warnings:
        click.echo(f"⚠️ {warning}", err=True)
