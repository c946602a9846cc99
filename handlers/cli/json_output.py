"""`--json`: what the API answers, on standard output. A refusal is a problem, as the API has it: see common.Refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from pydantic import BaseModel

CommandT = TypeVar("CommandT", bound=Callable[..., Any] | click.Command)


def json_option(text: str) -> Callable[[CommandT], CommandT]:
    """Return the option; the command gets it as `machine`. `text`: what it prints."""
    # Eager, so that a refusal of the other words knows
    return click.option("--json", "machine", is_flag=True, is_eager=True, help=text)


JSON = json_option("One JSON object, with the fields of the REST API; a refusal, too.")


def show(body: BaseModel) -> None:
    click.echo(body.model_dump_json(indent=2))
