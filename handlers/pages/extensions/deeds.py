"""What buttons do to one extension: verify, enable, disable. Each says on the extension's page what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from handlers import number_commands, outcome_wording, wording
from handlers.number_commands import NumberCommand
from handlers.pages import visitor
from handlers.pages.routes import Pages
from handlers.slack import roles, status_messages
from models.extension import Extension, State
from pbx.answers import ChangeResult
from pbx.errors import Overtaken, SwitchhookError
from pbx.services import Services

SHOWS_PASSWORD = "secret"  # noqa: S105 # a command whose answer is no notice: passwords.py has it
KINDS = {State.LIVE: "done", State.FAILED: "fault"}  # of the others: warning
ROW = "row"  # the field of a form that says which row its page was made of


def add_routes(pages: Pages) -> None:
    for command in number_commands.COMMANDS:
        if command.name != SHOWS_PASSWORD:
            _add(pages, command)


def _add(pages: Pages, command: NumberCommand) -> None:
    def run(row: Extension) -> Response:
        return carried_out(pages.services, row, command.verb, partial(_run, pages.services, command, row))

    run.__name__ = command.name
    pages.post(f"/<number>/{command.name}", roles.needed(command.name))(run)


def _run(services: Services, command: NumberCommand, row: Extension) -> ChangeResult:
    must_be_seen(row)
    return command.run(services, row.number, by=visitor.current().actor, seen=row)


def carried_out(
    services: Services, row: Extension, verb: str, run: Callable[[], ChangeResult], to: str = ""
) -> Response:
    """Do it, and lead to a page that says what came of it, also that it could not be done.

    `to`: where that is if it is done, the extension's own page unless it is named.
    """
    own = url_for("pages.extension", number=row.number)
    try:
        tell(services, run(), verb, row.number)
    except SwitchhookError as error:
        visitor.notice(services, "fault", wording.ended(str(error)))
        return redirect(own, 303)
    return redirect(to or own, 303)


def must_be_seen(row: Extension) -> None:
    """Raise Overtaken where the number is another extension's by now than the one whose page has sent the form."""
    if request.form.get(ROW) != str(row.id):
        raise Overtaken(
            f"the {row.number} of that page is gone, and nothing was done: this is another one of that number"
        )


def tell(services: Services, done: ChangeResult, verb: str, number: str) -> None:
    """Have the next page say what came of a change, and what to know besides."""
    done = readable(done)
    visitor.notice(services, kind_of(done), outcome_wording.outcome(replace(done, warnings=()), verb, number))
    for warning in done.warnings:
        visitor.notice(services, "warning", wording.ended(warning))


def readable(done: ChangeResult) -> ChangeResult:
    """Return what came of it without what is for admins alone, for who is none."""
    return status_messages.for_role(done, visitor.current().role(done.extension))


def kind_of(done: ChangeResult) -> str:
    if done.extension is None:
        return "done"
    return "warning" if done.overtaken else KINDS.get(done.extension.state, "warning")
