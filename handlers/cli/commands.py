"""`flask ext …`, `flask publish`, `flask listen`, `flask monitor`: the same use cases from the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

import worker
from handlers import audit_messages, monitor, wording
from handlers.cli import config_files
from handlers.cli.adopt import adopt, release
from handlers.cli.common import Refused, caller, or_refused, provide, the_services, warn
from handlers.cli.database_commands import database, restore, write_backup
from handlers.cli.doctor import doctor
from handlers.cli.drift import drift
from handlers.cli.import_export import export, import_
from handlers.cli.init import init
from handlers.cli.nat import nat_group
from handlers.cli.presence import presence
from handlers.cli.publish import publish
from handlers.cli.token import token
from handlers.number_commands import COMMANDS, NumberCommand
from handlers.slack import command_text
from models import audit
from models.extension import Extension, State
from models.fields import Changes, NewExtension
from pbx import directory, extensions
from pbx.answers import ChangeResult
from pbx.services import Services
from settings import SettingsUnusable
from version import VERSION

ext = AppGroup("ext", help="Create, look at, change and remove extensions.")
for command in (nat_group, presence, drift, adopt, release, import_, export):
    ext.add_command(command)


class WithoutSettings(AppGroup):
    """Commands that work without settings; for any other, ends with what is wrong with them."""

    def __init__(self, name: str | None, unusable: SettingsUnusable) -> None:
        super().__init__(name)
        self._unusable = unusable

    def get_command(self, context: click.Context, name: str) -> click.Command:
        command = super().get_command(context, name)
        if command is None:
            raise self._unusable
        return command


def register(app: Flask, services: Services) -> None:
    provide(app, services)
    for command in (*WITHOUT_SETTINGS, *WITH_SETTINGS):
        app.cli.add_command(command)


def register_without_settings(app: Flask, unusable: SettingsUnusable) -> None:
    app.cli = WithoutSettings(app.name, unusable)
    for command in WITHOUT_SETTINGS:
        app.cli.add_command(command)


def _typed_number(_context: click.Context, _parameter: click.Parameter, word: str | None) -> str | None:
    return None if word is None else or_refused(lambda: command_text.number(word))


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--name`, `--secret` and so on, one for each setting."""
    for name in reversed(command_text.SETTINGS):
        command = click.option(f"--{name.replace('_', '-')}", name, help=f"{name} of the extension")(command)
    return command


@ext.command("create", help="Create an extension; without a number the next free one is taken.")
@click.argument("number", required=False)
@settings_options
def create(number: str | None, **options: str | None) -> None:
    values = _given(options) | ({"number": number} if number else {})
    _report(
        lambda: extensions.create(the_services(), command_text.parsed(NewExtension, values), by=caller()),
        "created",
    )


@ext.command("list", help="List extensions, or those with TEXT in number, name, e-mail or notes.")
@click.argument("text", default="")
def list_(text: str) -> None:
    statuses = or_refused(lambda: directory.listing(the_services(), text))
    for status in statuses:
        click.echo(wording.line(status))
    click.echo(wording.summary(statuses), err=True)
    warn()


@ext.command("status", help="Show one extension and its phones.")
@click.argument("number", callback=_typed_number)
def show_status(number: str) -> None:
    found = or_refused(lambda: directory.status(the_services(), number))
    click.echo(f"{wording.label(found.extension)}: {wording.presence(found)}")
    for contact in found.contacts:
        click.echo(f"  {wording.phone(contact)}")
    for name, value in wording.details(found):
        click.echo(f"  {name}: {value}")
    warn()
    if found.error:
        raise Refused(found.error)


@ext.command("set", help="Change settings of an extension.")
@click.argument("number", callback=_typed_number)
@settings_options
def set_(number: str, **options: str | None) -> None:
    values = _given(options)
    _report(
        lambda: extensions.change(the_services(), number, command_text.parsed(Changes, values), by=caller()),
        "changed",
        number,
    )


def _of_number(command: NumberCommand) -> None:
    """Add the command to `flask ext`."""

    @ext.command(command.name, help=command.help)
    @click.argument("number", callback=_typed_number)
    def run(number: str) -> None:
        _report(lambda: command.run(the_services(), number, by=caller()), command.verb, number)


for each in COMMANDS:
    _of_number(each)


@ext.command("delete", help="Remove it for good.")
@click.argument("number", callback=_typed_number)
def delete(number: str) -> None:
    _report(lambda: extensions.delete(the_services(), number, by=caller()), "deleted", number)


@ext.command("audit", help="Who changed what, and when; the newest first. Of one NUMBER, or of all.")
@click.argument("number", required=False, callback=_typed_number)
def show_audit(number: str | None) -> None:
    for entry in or_refused(lambda: audit.latest(the_services().database, number)):
        click.echo(audit_messages.line(entry))


@click.command("listen", help="Follow the PBX, tell Slack, publish what waits. Runs until stopped.")
@with_appcontext
def listen() -> None:
    or_refused(lambda: worker.run(the_services()))


@click.command("monitor", help="Show registrations and calls as they come. Runs until Ctrl-C.")
@click.option("--json", "machine", is_flag=True, help="One JSON object a line, for machines.")
@with_appcontext
def show_events(machine: bool) -> None:
    or_refused(lambda: monitor.run(the_services(), machine))


@click.command("version", help="Say which version of Switchhook this is.")
def show_version() -> None:
    click.echo(f"Switchhook {VERSION}")


def _given(options: dict[str, str | None]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _report(use_case: Callable[[], ChangeResult], verb: str, number: str = "") -> None:
    """Print what came of a use case; exit with code 1 unless Asterisk has it."""
    done = or_refused(use_case)
    click.echo(wording.outcome(done, verb, number))
    if done.extension and done.secret:
        _show_settings(done.extension, done.secret.get_secret_value())
    if done.extension and done.extension.state is not State.LIVE:
        raise SystemExit(1)


def _show_settings(extension: Extension, secret: str) -> None:
    click.echo(
        f"  Server: {the_services().settings.sip_domain}\n  User: {extension.number}\n  Secret: {secret}"
    )


WITHOUT_SETTINGS = (show_version, init, doctor)
WITH_SETTINGS = (
    ext,
    publish,
    listen,
    show_events,
    token,
    database,
    restore,
    write_backup,
    config_files.restore,
)
