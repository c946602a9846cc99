"""`flask token …`: who may use the REST API."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import click
from flask.cli import AppGroup
from pydantic import BaseModel, RootModel

from handlers import wording
from handlers.api import tokens
from handlers.api.signing import TokenSigner
from handlers.audit_messages import actor
from handlers.cli.common import caller, explained, or_refused, the_services
from handlers.cli.json_output import json_option, show
from models import api_token
from models.actor import Actor
from models.api_token import ApiToken, Scope
from models.types import now

MAX_DAYS = 3650
OLD_KEY = " ⚠️ signed with an older key of SECRET_KEY: make another before that key goes"


class ShownToken(BaseModel):
    """A token, without itself."""

    name: str
    state: str  # live, expired or revoked
    scopes: list[str]
    created_at: datetime
    created_by: str  # an Actor, as str() gives it
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, row: ApiToken) -> Self:
        return cls(
            state=_state(row),
            scopes=row.scopes,
            **row.model_dump(include=set(cls.model_fields) - {"state", "scopes"}),
        )


class ShownTokens(RootModel[list[ShownToken]]):
    """What `--json` prints."""


token = AppGroup("token", help="Give programs access to the REST API, and take it away.")


@token.command(
    "create",
    help="Make a token called NAME, and print it: it is shown this once. What it does is in the audit trail by its name.",
)
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it may do; give it several times for several. A write scope includes read, admin everything.",
)
@click.option(
    "--days",
    type=click.IntRange(1, MAX_DAYS),
    default=90,
    show_default=True,
    help="Until when, in days from now.",
)
def create(name: str, scopes: tuple[str, ...], days: int) -> None:
    with explained():
        row, text = tokens.create(the_services(), name, [Scope(each) for each in scopes], days, by=caller())
    click.echo(
        f"{name} may do: {_scopes(row)}, until {wording.moment(row.expires_at)}. Keep it as you keep a password; "
        f"nothing shows it again. To take it away: flask token revoke {name}",
        err=True,
    )
    click.echo(text.get_secret_value())


@token.command(
    "list", help="List tokens with what they may do and when they were used; never the tokens themselves."
)
@json_option("As JSON, for machines; a refusal, too.")
def list_(machine: bool) -> None:
    rows = or_refused(lambda: api_token.all_of(the_services().database))
    if machine:
        show(ShownTokens([ShownToken.of(row) for row in rows]))
        return
    newest_key = TokenSigner(the_services().settings.secret_key).key_id
    for row in rows:
        click.echo(_line(row, newest_key))
    live = sum(_state(row) == "live" for row in rows)
    click.echo(f"{live} live of {len(rows)}. Ended ones are listed for {api_token.KEEP.days} days.", err=True)


@token.command("revoke", help="Take the token called NAME away, at once and for good.")
@click.argument("name")
def revoke(name: str) -> None:
    or_refused(lambda: tokens.revoke(the_services(), name, by=caller()))
    click.echo(f"The token {name} is revoked: it opens nothing any more.")


def _line(row: ApiToken, newest_key: str) -> str:
    """Return `hr-sync  live until …: extensions:write; created … by …; last used …`."""
    used = wording.moment(row.last_used_at) if row.last_used_at else "never"
    by = actor(Actor.parse(row.created_by))
    line = f"{_end(row)}: {_scopes(row)}; created {wording.moment(row.created_at)} by {by}; last used {used}"
    is_old = _state(row) == "live" and row.key_id != newest_key
    return f"{row.name}  {line}{OLD_KEY if is_old else ''}"


def _state(row: ApiToken) -> str:
    if row.revoked_at:
        return "revoked"
    return "live" if row.expires_at > now() else "expired"


def _end(row: ApiToken) -> str:
    """Return `live until …`, `expired on …` or `revoked on …`."""
    state = _state(row)
    moment = wording.moment(row.revoked_at or row.expires_at)
    return f"live until {moment}" if state == "live" else f"{state} on {moment}"


def _scopes(row: ApiToken) -> str:
    return ", ".join(row.scopes)
