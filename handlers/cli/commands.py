"""`flask ext …`, `flask publish`, `flask listen`, `flask monitor`: the same use cases from the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from pydantic import BaseModel

import worker
from handlers import audit_messages, monitor, outcome_wording, wording
from handlers.api import change_bodies
from handlers.api.audit import AuditPage
from handlers.api.extension_schemas import OneExtension
from handlers.api.shown import shown, shown_list
from handlers.cli import config_files
from handlers.cli.adopt import adopt, release
from handlers.cli.common import Refused, caller, or_refused, provide, the_services, warn
from handlers.cli.database_commands import database, restore, write_backup
from handlers.cli.doctor import doctor
from handlers.cli.drift import drift
from handlers.cli.import_export import export, import_
from handlers.cli.init import init
from handlers.cli.json_output import JSON, show
from handlers.cli.login_link import login_link
from handlers.cli.nat import nat_group
from handlers.cli.presence import presence
from handlers.cli.publish import publish
from handlers.cli.setting_options import CommandWithSettings, settings_options
from handlers.cli.settle import settle
from handlers.cli.slack import slack
from handlers.cli.token import token
from handlers.number_commands import COMMANDS, NumberCommand
from handlers.slack import command_text
from models import audit
from models.extension import Extension, State
from models.fields import Changes, NewExtension
from pbx import directory, extension_pages, extensions
from pbx.answers import ChangeResult
from pbx.extension_pages import Wanted
from pbx.services import Services
from settings import SettingsUnusable
from version import VERSION

Body = Callable[[Services, ChangeResult], BaseModel]  # what the API would answer

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


@ext.command(
    "create",
    cls=CommandWithSettings,
    help="Create an extension; without a number the next free one is taken.",
)
@click.argument("number", required=False)
@settings_options
@JSON
def create(number: str | None, machine: bool, **options: str | None) -> None:
    values = _given(options) | ({"number": number} if number else {})
    done = or_refused(
        lambda: extensions.create(the_services(), command_text.parsed(NewExtension, values), by=caller()),
        saves=True,
    )
    _report(done, "created", body=change_bodies.created if machine else None)


@ext.command("list", help="List extensions, or those with TEXT in number, name, e-mail or notes.")
@click.argument("text", default="")
@JSON
def list_(text: str, machine: bool) -> None:
    if machine:
        page = or_refused(lambda: extension_pages.page(the_services(), Wanted(text)))
        show(shown_list(the_services(), page, with_endpoints=True))
        return
    statuses = or_refused(lambda: directory.listing(the_services(), text))
    for status in statuses:
        click.echo(wording.line(status))
    click.echo(wording.summary(statuses), err=True)
    warn()


@ext.command("status", help="Show one extension and its phones.")
@click.argument("number", callback=_typed_number)
@JSON
def show_status(number: str, machine: bool) -> None:
    if machine:
        row = or_refused(lambda: extensions.get(the_services(), number))
        status = shown(the_services(), row)
        show(OneExtension(extension=status))
        raise SystemExit(1 if status.registered is None else 0)
    found = or_refused(lambda: directory.status(the_services(), number))
    click.echo(f"{wording.label(found.extension)}: {wording.presence(found)}")
    for contact in found.contacts:
        click.echo(f"  {wording.phone(contact)}")
    for name, value in wording.details(found):
        click.echo(f"  {name}: {value}")
    warn(found.extension.reason or "")
    if found.error:
        raise Refused(found.error)


@ext.command("set", cls=CommandWithSettings, help="Change settings of an extension.")
@click.argument("number", callback=_typed_number)
@settings_options
@JSON
def set_(number: str, machine: bool, **options: str | None) -> None:
    values = _given(options)
    done = or_refused(
        lambda: extensions.change(the_services(), number, command_text.parsed(Changes, values), by=caller()),
        saves=True,
    )
    _report(done, "changed", number, _changed("updated") if machine else None)


def _changed(verb: str) -> Body:
    return lambda services, done: change_bodies.changed(services, verb, done)


def _of_number(command: NumberCommand) -> None:
    """Add the command to `flask ext`."""
    bodies = {"secret": change_bodies.rotated, "verify": _changed("verified")}

    @ext.command(command.name, help=command.help)
    @click.argument("number", callback=_typed_number)
    @JSON
    def run(number: str, machine: bool) -> None:
        done = or_refused(lambda: command.run(the_services(), number, by=caller()), saves=True)
        body = bodies.get(command.name, _changed(command.verb))
        _report(done, command.verb, number, body if machine else None)


for each in COMMANDS:
    _of_number(each)


@ext.command("delete", help="Remove it for good.")
@click.argument("number", callback=_typed_number)
@JSON
def delete(number: str, machine: bool) -> None:
    done = or_refused(lambda: extensions.delete(the_services(), number, by=caller()), saves=True)
    _report(done, "deleted", number, change_bodies.deleted if machine else None)


@ext.command("audit", help="Who changed what, and when; the newest first. Of one NUMBER, or of all.")
@click.argument("number", required=False, callback=_typed_number)
@JSON
def show_audit(number: str | None, machine: bool) -> None:
    entries = or_refused(lambda: audit.latest(the_services().database, number))
    if machine:
        show(AuditPage.of(entries))
        return
    for entry in entries:
        click.echo(audit_messages.line(entry))


@click.command("listen", help="Follow the PBX, tell Slack, publish what waits. Runs until stopped.")
@with_appcontext
def listen() -> None:
    or_refused(lambda: worker.run(the_services()))


@click.command("monitor", help="Show registrations and calls as they come. Runs until Ctrl-C.")
@click.option("--json", "lines", is_flag=True, help="One JSON object a line, for machines.")
@with_appcontext
def show_events(lines: bool) -> None:
    """Follow the events. A refusal is a sentence on standard error also with --json: it is no event."""
    or_refused(lambda: monitor.run(the_services(), lines))


@click.command("version", help="Say which version of Switchhook this is.")
def show_version() -> None:
    click.echo(f"Switchhook {VERSION}")


def _given(options: dict[str, str | None]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _report(done: ChangeResult, verb: str, number: str = "", body: Body | None = None) -> None:
    """Print what came of a use case, as JSON if that is given; exit with code 1 unless Asterisk has it."""
    if body:
        show(body(the_services(), done))
    else:
        click.echo(outcome_wording.outcome(done, verb, number))
        if done.extension and done.secret:
            _show_settings(done.extension, done.secret.get_secret_value())
    if done.extension and done.extension.state is not State.LIVE:
        raise SystemExit(1)


def _show_settings(extension: Extension, secret: str) -> None:
    click.echo(
        f"  Server: {the_services().settings.sip_domain}\n  User: {extension.number}\n  Secret: {secret}"
    )


WITHOUT_SETTINGS = (show_version, init, doctor, slack)
WITH_SETTINGS = (
    ext,
    publish,
    settle,
    listen,
    show_events,
    token,
    login_link,
    database,
    restore,
    write_backup,
    config_files.restore,
)
