"""`flask ext nat …`: the addresses of a PBX behind NAT."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from handlers import nat_wording
from handlers.api.pjsip_config import external_media_set, standing
from handlers.api.pjsip_schemas import GlobalConfig
from handlers.cli.common import caller, or_refused, the_services, warnings_unlogged
from handlers.cli.json_output import JSON, show
from handlers.cli.setting_options import CommandWithSettings
from handlers.slack import command_text
from models.nat_fields import NatChanges
from pbx import nat
from pbx.answers import NatStatus

COMMAND = "flask ext nat"

nat_group = AppGroup("nat", help="The address by which the world reaches a PBX behind NAT.")


@nat_group.command("show", help="Show what is set, and what Asterisk has of it.")
@JSON
def show_nat(machine: bool) -> None:
    status = or_refused(lambda: nat.show(the_services()))
    _report(status, GlobalConfig(**standing(the_services(), status)) if machine else None)


@nat_group.command(
    "set", cls=CommandWithSettings, help="Change the settings that are given; the others stay."
)
@click.option("--media", help="Where phones outside send their voice: address or name.")
@click.option("--signaling", help="Where they send everything else, if that is another address.")
@click.option("--local", help="Networks whose phones get Asterisk's own address: 192.168.1.0/24,10.0.0.0/8")
@JSON
def set_(machine: bool, **options: str | None) -> None:
    given = {key: value for key, value in options.items() if value is not None}
    changes = or_refused(lambda: command_text.parsed(NatChanges, given))
    with warnings_unlogged("switchhook.publish"):
        status = or_refused(lambda: nat.change(the_services(), changes, by=caller()))
    _report(status, external_media_set(the_services(), status, "updated") if machine else None, "set")


@nat_group.command("clear", help="Forget all of it: Asterisk tells every phone its own address again.")
@JSON
def clear(machine: bool) -> None:
    with warnings_unlogged("switchhook.publish"):
        status = or_refused(lambda: nat.clear(the_services(), by=caller()))
    _report(status, external_media_set(the_services(), status, "cleared") if machine else None, "cleared")


def _report(status: NatStatus, body: GlobalConfig | None, verb: str = "") -> None:
    """Print what came of it, as JSON if that is given; exit with code 1 unless Asterisk has it."""
    if body:
        show(body)
    else:
        for line in nat_wording.lines(status, COMMAND, verb):
            click.echo(line)
    if not status.is_done:
        raise SystemExit(1)
