"""`--json`: what the API answers, on standard output. A refusal is a problem, as the API has it: see common.Refused."""

from __future__ import annotations

import click
from pydantic import BaseModel

JSON = click.option(
    "--json",
    "machine",
    is_flag=True,
    is_eager=True,  # so that a refusal of the other words knows
    help="One JSON object, with the fields of the REST API; a refusal, too.",
)


def show(body: BaseModel) -> None:
    click.echo(body.model_dump_json(indent=2))
