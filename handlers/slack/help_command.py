"""`/ext help [command]`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from handlers.slack import help_messages, refusals, roles, targets, typos
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments
from handlers.slack.roles import Role, needed
from handlers.slack.subcommand import ALIASES, Subcommand
from pbx.errors import Refusal
from pbx.services import Services


def run(services: Services, given: Arguments, table: Mapping[str, Subcommand]) -> SlackMessage:
    """Show what the asker may do, or all of one subcommand. Raises Refusal."""
    if given.words:
        one = table[known_name(given, table)]
        settings = help_messages.SETTINGS if one.takes_settings else {}
        return help_messages.details(one.usage, one.summary, settings)
    role = roles.role_of(given.asker)
    with suppress(SQLAlchemyError):  # a database that is away keeps nobody from reading what there is
        if role is Role.EVERYBODY and targets.owns_any(services, given.asked_by):
            role = Role.OWNER
    return help_messages.overview(
        [
            (help_messages.group_of(name, each.role is Role.EVERYBODY), each.usage, each.summary)
            for name, each in table.items()
            if roles.may(role, name)
        ]
    )


def known_name(given: Arguments, table: Mapping[str, Subcommand]) -> str:
    """Return the name of the subcommand that help is wanted for. Raises Refusal for what is none."""
    typed = given.words[0]
    name = ALIASES.get(typed.lower(), typed.lower())
    if name in table:
        return name
    meant = typos.closest(name, [each for each in table if given.is_admin or needed(each) is not Role.ADMIN])
    if meant is None:
        raise Refusal(f"there is no /ext {typed}: see /ext help")
    raise refusals.mistyped(typed, table[meant].usage, table[meant].summary, f"help {meant}")
