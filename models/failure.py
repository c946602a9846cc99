"""Pure: what a failing database reports, in words for people, with what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from sqlite3 import Error
from typing import TypeGuard

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from models.errors import DatabaseUnfit

LOOK = "What was saved before is kept: look then whether this was, and try again"
LOCKED = ("database is locked", "canceling statement due to lock timeout")
FULL = ("disk is full", "no space left on device", "could not extend file", "disk i/o error")
# Parts of what SQLite and PostgreSQL report → what to tell people. The first that fits counts.
SIGNS = (
    (
        LOCKED,
        "the database cannot be written: Switchhook has very much to save at this moment, or another program keeps it locked, "
        f"such as a backup, sqlite3 or psql that was left open. If it stays so, end that program. {LOOK}",
    ),
    (
        ("canceling statement due to statement timeout",),
        f"the database took too long for this: its machine has too much to do, or is too small. {LOOK}",
    ),
    (
        FULL,
        f"the database cannot be written: it, or its disk, is full or broken. Make room there. {LOOK}",
    ),
    (
        ("too many connections", "too many clients", "remaining connection slots"),
        "the database has no connection left for us: its server runs, and max_connections, or the limit of the user or the "
        f"database (CONNECTION LIMIT), is reached. Raise it, or end other connections (pg_stat_activity). {LOOK}",
    ),
    (
        ("readonly database", "read-only transaction", "read-only file system"),
        "the database cannot be written: it is read-only. Check who owns its file and folder, or whether its server is a "
        f"standby. {LOOK}",
    ),
    (
        ("unable to open database file",),
        f"the database's file cannot be opened. Check DATABASE_URL, and who may read the file and its folder. {LOOK}",
    ),
    (
        ("not a database", "malformed"),
        "the database's file is damaged. Put a backup in its place: flask restore",
    ),
)
UNFORESEEN = "the database refused something"
AWAY = f"the database does not answer. Check that its server runs, and DATABASE_URL. {LOOK}"


def cause(error: SQLAlchemyError) -> str:
    """Return describe() without where to look for what was saved: nothing of it was."""
    return describe(error).removesuffix(LOOK).rstrip(". ")


def is_locked(error: Exception | None) -> TypeGuard[DBAPIError]:
    """Return whether others write, and it may be tried again: nothing of it was saved."""
    return isinstance(error, DBAPIError) and _says(error, LOCKED)


def is_full(error: DBAPIError) -> bool:
    """Return whether there is no room for what was to be written."""
    return _says(error, FULL)


def _says(error: DBAPIError, signs: Iterable[str]) -> bool:
    return any(sign in str(error.orig).lower() for sign in signs)


def describe(error: SQLAlchemyError) -> str:
    """Return why nothing can be saved or read; never a statement or a part of DATABASE_URL."""
    if isinstance(error, DatabaseUnfit):
        return str(error)
    words = str(error.orig).lower() if isinstance(error, DBAPIError) else ""
    if refused := re.search(r"(permission denied for|must be owner of) (\w+) (\S+)", words):
        return _refused(*refused.groups())
    for signs, what in SIGNS:
        if any(sign in words for sign in signs):
            return what
    is_server = isinstance(error, DBAPIError) and not isinstance(error.orig, Error)
    if is_server and isinstance(error, OperationalError | InterfaceError):
        return AWAY
    return f"{UNFORESEEN} ({type(error).__name__}): the log may say more. {LOOK}"


def is_unforeseen(error: SQLAlchemyError) -> bool:
    """Return whether describe() knows nothing of it: it may be a fault of the program's."""
    return describe(error).startswith(UNFORESEEN)


def _refused(words: str, kind: str, name: str) -> str:
    what = f"the database's user may not {'change' if 'owner' in words else 'use'} the {kind} {name}"
    if "owner" in words:
        return f"{what}. Do this as the user who has made it, or who owns it. {LOOK}"
    return f"{what}. Its owner can allow it: GRANT ALL ON {kind.upper()} {name} TO the user in DATABASE_URL. {LOOK}"
