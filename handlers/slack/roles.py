"""Pure: who may run which subcommand, typed or by a button. What is for admins alone asks admins.must_be_admin().

An owner is the Slack user that is noted for an extension (`@user`). They see to their own phone: its password, and what
they are told of it by direct message. `verify` is not among it: it writes files and reloads Asterisk, and what it says
names the phone system's files.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from models.extension import Extension


class Role(IntEnum):
    """What somebody is to one extension, or to none; each may do what those before it may."""

    EVERYBODY = 0
    OWNER = 1
    ADMIN = 2


# Subcommands that are not for admins alone.
NEEDED = {
    "status": Role.EVERYBODY,
    "list": Role.EVERYBODY,
    "presence": Role.EVERYBODY,
    "call": Role.EVERYBODY,
    "secret": Role.OWNER,
    "mystatus": Role.EVERYBODY,  # their own; it refuses who has no extension
    "notify": Role.EVERYBODY,  # as mystatus
    "page": Role.EVERYBODY,
    "menu": Role.EVERYBODY,
    "help": Role.EVERYBODY,
}


class Asker(NamedTuple):
    """Who asks, by their Slack ID; `is_admin`: they are in SLACK_ADMINS."""

    user_id: str
    is_admin: bool


def role_of(asker: Asker, extension: Extension | None = None) -> Role:
    """Return what they are to this extension; without one, whether they are an admin."""
    if asker.is_admin:
        return Role.ADMIN
    is_theirs = extension is not None and extension.slack_user_id == asker.user_id != ""
    return Role.OWNER if is_theirs else Role.EVERYBODY


def needed(name: str) -> Role:
    """Return the role that a subcommand takes; what is not in the table is for admins."""
    return NEEDED.get(name, Role.ADMIN)


def may(role: Role, name: str) -> bool:
    """Return whether somebody in this role may run a subcommand."""
    return role >= needed(name)
