"""`flask ext …`, `flask publish`, `flask listen`: the same use cases from the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from handlers import command_text, monitor, schedule, wording
from models.extension import Extension, State
from models.fields import Changes, NewExtension
from pbx import extensions
from pbx.errors import SwitchhookError
from pbx.extensions import Outcome
from pbx.system import PhoneSystem

AnswerT = TypeVar("AnswerT")


class Refused(click.ClickException):
    """A refusal on the command line: one sentence, exit code 1."""


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--name`, `--secret` and so on, one for each setting."""
    for name in reversed(command_text.SETTINGS):
        command = click.option(f"--{name.replace('_', '-')}", name, help=f"{name} of the extension")(command)
    return command


def register(app: Flask, system: PhoneSystem) -> None:
    app.cli.add_command(_ext(system))
    app.cli.add_command(_publish(system))
    app.cli.add_command(_listen(system))
    app.cli.add_command(_monitor(system))


def _ext(system: PhoneSystem) -> AppGroup:
    ext = AppGroup("ext", help="Create, look at, change and remove extensions.")

    @ext.command("create", help="Create an extension; without a number the next free one is taken.")
    @click.argument("number", required=False)
    @settings_options
    def create(number: str | None, **options: str | None) -> None:
        values = _given(options) | ({"number": number} if number else {})
        _tell(lambda: extensions.create(system, command_text.parsed(NewExtension, values)), "created", system)

    @ext.command("list", help="List extensions, or those with TEXT in number, name, e-mail or notes.")
    @click.argument("text", default="")
    def list_(text: str) -> None:
        statuses = _or_refused(lambda: extensions.listing(system, text))
        for status in statuses:
            click.echo(wording.line(status))
        click.echo(wording.summary(statuses), err=True)

    @ext.command("status", help="Show one extension and its phones.")
    @click.argument("number")
    def status(number: str) -> None:
        found = _or_refused(lambda: extensions.status(system, number))
        click.echo(f"{wording.label(found.extension)}: {wording.presence(found)}")
        for contact in found.contacts:
            click.echo(f"  {wording.phone(contact)}")
        for name, value in wording.details(found):
            click.echo(f"  {name}: {value}")
        if found.trouble:
            raise Refused(found.trouble)

    @ext.command("set", help="Change settings of an extension.")
    @click.argument("number")
    @settings_options
    def set_(number: str, **options: str | None) -> None:
        values = _given(options)
        _tell(
            lambda: extensions.change(system, number, command_text.parsed(Changes, values)), "changed", system
        )

    def simple(name: str, use_case: Callable[[PhoneSystem, str], Outcome], verb: str, help_text: str) -> None:
        @ext.command(name, help=help_text)
        @click.argument("number")
        def command(number: str) -> None:
            _tell(lambda: use_case(system, number), verb, system, number)

    simple(
        "verify",
        extensions.verify,
        "as it should be",
        "Write it once more and compare every value in Asterisk.",
    )
    simple(
        "secret",
        extensions.rotate_secret,
        "given a new secret",
        "Make a new secret; the old one stops working.",
    )
    simple("enable", extensions.enable, "enabled", "Let its phone back in.")
    simple("disable", extensions.disable, "disabled", "Lock its phone out; number and settings stay.")
    simple("delete", extensions.delete, "deleted", "Remove it for good.")
    return ext


def _publish(system: PhoneSystem) -> click.Command:
    @click.command(
        "publish", help="Make Asterisk have what the database says; refused extensions are tried again."
    )
    def publish() -> None:
        left = _or_refused(lambda: extensions.retry_failed(system))
        for extension in left:
            click.echo(f"{wording.label(extension)}: {wording.configuration(extension)}", err=True)
        if left:
            raise Refused(f"{len(left)} of the extensions are not live")
        click.echo("Asterisk has every extension.")

    return publish


def _listen(system: PhoneSystem) -> click.Command:
    @click.command("listen", help="Follow the PBX, tell Slack, publish what waits. Runs until stopped.")
    def listen() -> None:
        schedule.run(system)

    return listen


def _monitor(system: PhoneSystem) -> click.Command:
    @click.command("monitor", help="Show registrations and calls as they come. Runs until Ctrl-C.")
    @click.option("--json", "machine", is_flag=True, help="One JSON object a line, for machines.")
    def show(machine: bool) -> None:
        _or_refused(lambda: monitor.run(system, machine))

    return show


def _given(options: dict[str, str | None]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _or_refused(use_case: Callable[[], AnswerT]) -> AnswerT:
    try:
        return use_case()
    except SwitchhookError as error:
        raise Refused(str(error)) from None
    except SQLAlchemyError as error:
        hint = "check DATABASE_URL, and run alembic upgrade head"
        raise Refused(f"the database does not answer as it should ({type(error).__name__}): {hint}") from None


def _tell(use_case: Callable[[], Outcome], verb: str, system: PhoneSystem, number: str = "") -> None:
    """Says what came of it; exit code 1 unless Asterisk has it."""
    done = _or_refused(use_case)
    click.echo(wording.outcome(done, verb, number))
    if done.extension and done.secret:
        _show_settings(done.extension, done.secret.get_secret_value(), system)
    if done.extension and done.extension.state is not State.LIVE:
        raise SystemExit(1)


def _show_settings(extension: Extension, secret: str, system: PhoneSystem) -> None:
    click.echo(f"  Server: {system.settings.sip_domain}\n  User: {extension.number}\n  Secret: {secret}")
