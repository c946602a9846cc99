"""What the commands of the command line have in common: the system, who calls, and refusals as one sentence."""

from __future__ import annotations

import getpass
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import IO, Any, TypeVar

import click
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from handlers.api import problems
from handlers.api.problems import ProblemDetails
from handlers.standing_warnings import standing_warnings
from models import failure
from models.actor import Actor
from pbx.errors import SwitchhookError
from pbx.services import Services

AnswerT = TypeVar("AnswerT")
SERVICES = "switchhook"  # where the app has it
INTERRUPTED = (
    "you have interrupted it: what it had saved by then stays, and goes live as soon as it can be published. flask ext audit shows what that "
    "is; of a password that nobody has seen, flask ext secret and the number make another"
)


class Refused(click.ClickException):
    """A refusal on the command line: one sentence, exit code 1; with --json a problem, as the API has it.

    `status`: of HTTP, which says of what kind it is.
    """

    def __init__(self, message: str, status: int = HTTPStatus.UNPROCESSABLE_ENTITY) -> None:
        super().__init__(message)
        self.status = HTTPStatus(status)
        context = click.get_current_context(silent=True)
        self.is_for_machines = bool(context and context.params.get("machine"))

    def show(self, file: IO[Any] | None = None) -> None:
        if not self.is_for_machines:
            super().show(file)
            return
        problem = ProblemDetails(title=self.status.phrase, status=self.status, detail=self.message)
        click.echo(problem.model_dump_json(indent=2, exclude_none=True))


def provide(app: Flask, services: Services) -> None:
    """Give the commands the services to work on."""
    app.extensions[SERVICES] = services


def the_services() -> Services:
    services: Services = current_app.extensions[SERVICES]
    return services


def services_if_any() -> Services | None:
    """Return the services; None: the settings do not let them be built."""
    return current_app.extensions.get(SERVICES)


def caller() -> Actor:
    """Name whoever is logged in; behind sudo, who called it."""
    return Actor("cli", os.environ.get("SUDO_USER") or _login_name())


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # in a container the user may have no name
        return str(os.getuid())


@contextmanager
def warnings_unlogged(name: str) -> Iterator[None]:
    """Keep a logger's warnings from the terminal, where the answer says the same."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextmanager
def explained(*, saves: bool = False) -> Iterator[None]:
    """Turn a use case's refusal, and a database that fails, into Refused; Ctrl-C, too, of one that saves extensions."""
    try:
        yield
    except SwitchhookError as error:
        raise Refused(str(error), problems.status_of(error) or HTTPStatus.UNPROCESSABLE_ENTITY) from None
    except SQLAlchemyError as error:
        raise Refused(failure.describe(error), HTTPStatus.SERVICE_UNAVAILABLE) from None
    except KeyboardInterrupt:
        if saves:
            raise Refused(INTERRUPTED) from None
        raise


def or_refused(use_case: Callable[[], AnswerT], *, saves: bool = False) -> AnswerT:
    with explained(saves=saves):
        return use_case()


def warn(said: str = "") -> list[str]:
    """Print what is wrong with the phone system as a whole, and return it. `said`: as standing_warnings() has it."""
    warnings = or_refused(lambda: list(standing_warnings(the_services(), said=said)))
    for warning in warnings:
        click.echo(f"⚠️ {warning}", err=True)
    return warnings
