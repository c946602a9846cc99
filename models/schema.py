"""The version of the tables: which one the program needs, which one is there, and what to do about a difference."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

MIGRATIONS = Path(__file__).parents[1] / "migrations"
UPGRADE = "run alembic upgrade head"


class DatabaseUnfit(SQLAlchemyError):
    """The program cannot work on this database as it is; the message is for people and says what to run."""


def trouble(engine: Engine) -> str | None:
    """Why the program cannot work on these tables, and what to run; None when it can.

    Raises sqlalchemy.exc.SQLAlchemyError when the database does not answer.
    """
    if said := file_trouble(engine.url):
        return said
    found, head, where = versions(engine), _scripts().get_current_head(), place(engine.url)
    if found == (head,):
        return None
    if not found:
        moved = "put its file back if it was moved, else " if is_missing(engine.url) else ""
        return f"there are no tables yet in {where}: {moved}{UPGRADE}"
    there = ", ".join(found)
    if not _are_newer(found):
        return (
            f"the tables in {where} are of an older version ({there}; this program needs {head}): {UPGRADE}"
        )
    return (
        f"the tables in {where} are of a newer version of Switchhook ({there}; this program knows up to {head}): "
        "start that version again"
    )


def is_newer(engine: Engine) -> bool:
    """Whether a newer version of the program made the tables. Raises as trouble() does."""
    return _are_newer(versions(engine))


def versions(engine: Engine) -> tuple[str, ...]:
    """Of its tables, by their migrations; empty where none are ours. Raises sqlalchemy.exc.SQLAlchemyError."""
    if is_missing(engine.url):
        return ()
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ()
        return tuple(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def _are_newer(found: tuple[str, ...]) -> bool:
    return not set(found) <= {script.revision for script in _scripts().walk_revisions()}


def must_fit(engine: Engine) -> None:
    """Raises DatabaseUnfit; and other SQLAlchemyErrors when the database does not answer."""
    if said := trouble(engine):
        raise DatabaseUnfit(said)


def upgrade(url: URL) -> None:
    """Brings the tables of that database to the program's version, as `alembic upgrade head` does."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # each step is nobody's business then
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    command.upgrade(config, "head")


def file_trouble(url: URL) -> str | None:
    """Why SQLite could not open its file; None when it can, or for other databases."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    folder = Path(url.database).absolute().parent
    if not folder.is_dir():
        return f"{folder} does not exist, and SQLite makes no folders: check DATABASE_URL, or run mkdir -p {folder}"
    if Path(url.database).is_dir():
        return f"{place(url)} is a folder: DATABASE_URL needs the name of a file in it"
    return None


def is_missing(url: URL) -> bool:
    """Say whether it is SQLite's and its file is not there: never made, or moved away."""
    return url.get_backend_name() == "sqlite" and bool(url.database) and not Path(url.database or "").exists()


def make_file(url: URL) -> None:
    """SQLite's, unless it is there, for its owner alone: it has names, addresses and sealed secrets. Raises OSError."""
    if is_missing(url):
        Path(url.database or "").touch(mode=0o600)


def place(url: URL) -> str:
    """Where a database is, for people; without a password."""
    if url.get_backend_name() != "sqlite":
        return f"the database {url.database} on {url.host or 'this machine'}"
    path = Path(url.database or "")
    relative = (
        "" if path.is_absolute() else " (DATABASE_URL is relative: to the folder that this was started in)"
    )
    return f"{path.absolute()}{relative}"


@lru_cache(maxsize=1)
def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))
