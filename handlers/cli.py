"""`flask ext …`, `flask publish`, `flask listen`, `flask monitor`: the same use cases from the command line."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from typing import Any, TypeVar

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from handlers import audit_messages, command_text, monitor, schedule, wording
from handlers.database_commands import database, restore, write_backup
from models.actor import Actor
from models.extension import Extension, State
from models.fields import Changes, NewExtension
from models.schema import DatabaseUnfit
from pbx import audit, extensions, takeover
from pbx.errors import SwitchhookError
from pbx.extensions import Outcome
from pbx.system import PhoneSystem

AnswerT = TypeVar("AnswerT")
SYSTEM = "switchhook"

ext = AppGroup("ext", help="Create, look at, change and remove extensions.")


class Refused(click.ClickException):
    """A refusal on the command line: one sentence, exit code 1."""


def register(app: Flask, system: PhoneSystem) -> None:
    app.extensions[SYSTEM] = system
    for command in (ext, publish, listen, show_events, database, restore, write_backup):
        app.cli.add_command(command)


def _system() -> PhoneSystem:
    system: PhoneSystem = current_app.extensions[SYSTEM]
    return system


def _by() -> Actor:
    """Whoever is logged in; behind sudo, who called it."""
    return Actor("cli", os.environ.get("SUDO_USER") or _login_name())


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # in a container the user may have no name
        return str(os.getuid())


def _typed_number(_context: click.Context, _parameter: click.Parameter, word: str | None) -> str | None:
    return None if word is None else _or_refused(lambda: command_text.number(word))


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--name`, `--secret` and so on, one for each setting."""
    for name in reversed(command_text.SETTINGS):
        command = click.option(f"--{name.replace('_', '-')}", name, help=f"{name} of the extension")(command)
    return command


@ext.command("create", help="Create an extension; without a number the next free one is taken.")
@click.argument("number", required=False)
@settings_options
def create(number: str | None, **options: str | None) -> None:
    values = _given(options) | ({"number": number} if number else {})
    _tell(
        lambda: extensions.create(_system(), command_text.parsed(NewExtension, values), by=_by()), "created"
    )


@ext.command("list", help="List extensions, or those with TEXT in number, name, e-mail or notes.")
@click.argument("text", default="")
def list_(text: str) -> None:
    statuses = _or_refused(lambda: extensions.listing(_system(), text))
    for status in statuses:
        click.echo(wording.line(status))
    click.echo(wording.summary(statuses), err=True)


@ext.command("status", help="Show one extension and its phones.")
@click.argument("number", callback=_typed_number)
def show_status(number: str) -> None:
    found = _or_refused(lambda: extensions.status(_system(), number))
    click.echo(f"{wording.label(found.extension)}: {wording.presence(found)}")
    for contact in found.contacts:
        click.echo(f"  {wording.phone(contact)}")
    for name, value in wording.details(found):
        click.echo(f"  {name}: {value}")
    if found.trouble:
        raise Refused(found.trouble)


@ext.command("set", help="Change settings of an extension.")
@click.argument("number", callback=_typed_number)
@settings_options
def set_(number: str, **options: str | None) -> None:
    values = _given(options)
    _tell(
        lambda: extensions.change(_system(), number, command_text.parsed(Changes, values), by=_by()),
        "changed",
    )


@ext.command("verify", help="Write it once more and compare every value in Asterisk.")
@click.argument("number", callback=_typed_number)
def verify(number: str) -> None:
    _tell(lambda: extensions.verify(_system(), number, by=_by()), "as it should be")


@ext.command("secret", help="Make a new secret; the old one stops working.")
@click.argument("number", callback=_typed_number)
def secret(number: str) -> None:
    _tell(lambda: extensions.rotate_secret(_system(), number, by=_by()), "given a new secret")


@ext.command("enable", help="Let its phone back in.")
@click.argument("number", callback=_typed_number)
def enable(number: str) -> None:
    _tell(lambda: extensions.enable(_system(), number, by=_by()), "enabled")


@ext.command("disable", help="Lock its phone out; number and settings stay.")
@click.argument("number", callback=_typed_number)
def disable(number: str) -> None:
    _tell(lambda: extensions.disable(_system(), number, by=_by()), "disabled")


@ext.command("delete", help="Remove it for good.")
@click.argument("number", callback=_typed_number)
def delete(number: str) -> None:
    _tell(lambda: extensions.delete(_system(), number, by=_by()), "deleted", number)


@ext.command("audit", help="Who changed what, and when; the newest first. Of one NUMBER, or of all.")
@click.argument("number", required=False, callback=_typed_number)
def show_audit(number: str | None) -> None:
    for entry in _or_refused(lambda: audit.latest(_system().database, number)):
        click.echo(audit_messages.line(entry))


@click.command(
    "publish", help="Make Asterisk have what the database says; refused extensions are tried again."
)
@click.option(
    "--take-over", is_flag=True, help="Also when phones would go that nobody asked to take away; shows which."
)
@click.option("--yes", is_flag=True, help="Take over without asking.")
@with_appcontext
def publish(take_over: bool, yes: bool) -> None:
    if take_over:
        _show_take_over(ask=not yes)
    left = _or_refused(lambda: extensions.retry_failed(_system(), take_over=take_over, by=_by()))
    for extension in left:
        click.echo(f"{wording.label(extension)}: {wording.configuration(extension)}", err=True)
    if left:
        raise Refused(f"{len(left)} of the extensions are not live")
    click.echo("Asterisk has every extension.")


def _show_take_over(ask: bool) -> None:
    """What would become of each phone in the files; ends here if the answer is no."""
    objection, effect = _or_refused(lambda: takeover.survey(_system()))
    if objection is None:
        click.echo("Nobody's phone is at risk: there is nothing to take over.")
        return
    for numbers, what in ((effect.goes, "go"), (effect.changes, "be changed"), (effect.stays, "stay")):
        click.echo(f"{len(numbers)} would {what}" + (f": {', '.join(numbers)}" if numbers else ""))
    if ask:
        click.confirm("Have Asterisk get the phones of this database instead?", abort=True)


@click.command("listen", help="Follow the PBX, tell Slack, publish what waits. Runs until stopped.")
@with_appcontext
def listen() -> None:
    _or_refused(lambda: schedule.run(_system()))


@click.command("monitor", help="Show registrations and calls as they come. Runs until Ctrl-C.")
@click.option("--json", "machine", is_flag=True, help="One JSON object a line, for machines.")
@with_appcontext
def show_events(machine: bool) -> None:
    _or_refused(lambda: monitor.run(_system(), machine))


def _given(options: dict[str, str | None]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _or_refused(use_case: Callable[[], AnswerT]) -> AnswerT:
    try:
        return use_case()
    except (SwitchhookError, DatabaseUnfit) as error:
        raise Refused(str(error)) from None
    except SQLAlchemyError as error:
        hint = "check DATABASE_URL, and whether its server runs"
        raise Refused(f"the database does not answer as it should ({type(error).__name__}): {hint}") from None


def _tell(use_case: Callable[[], Outcome], verb: str, number: str = "") -> None:
    """Says what came of it; exit code 1 unless Asterisk has it."""
    done = _or_refused(use_case)
    click.echo(wording.outcome(done, verb, number))
    if done.extension and done.secret:
        _show_settings(done.extension, done.secret.get_secret_value())
    if done.extension and done.extension.state is not State.LIVE:
        raise SystemExit(1)


def _show_settings(extension: Extension, secret: str) -> None:
    server = _system().settings.sip_domain
    click.echo(f"  Server: {server}\n  User: {extension.number}\n  Secret: {secret}")
