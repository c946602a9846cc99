"""The version of the tables: which one the program needs, which one the database has, and what to do about it.

A program also works on newer tables, if these say that it may (oldest_program.py): so an older version and a newer one run
side by side while one is deployed.
"""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from pathlib import Path
from shlex import quote

from sqlalchemy import URL, Connection, Engine, inspect, text

import command_lines
from models import oldest_program, table_rights
from models.errors import DatabaseUnfit

MIGRATIONS = Path(__file__).parents[1] / "migrations"
UPGRADE = "alembic upgrade head"


def problem(engine: Engine) -> str | None:
    """Return why the program cannot work on these tables, and what to run; None when it can.

    Raises sqlalchemy.exc.SQLAlchemyError when the database does not answer.
    """
    if of_file := file_problem(engine.url):
        return of_file
    found = versions(engine)
    if found != (versions_known()[-1],) and not may_work_on_newer(engine):
        return misfit(engine, found)
    with engine.connect() as connection:
        return table_rights.problem(connection)


def misfit(engine: Engine, found: tuple[str, ...]) -> str:
    """Say how tables of those versions differ from the program's, and what to run."""
    head, where = versions_known()[-1], location(engine.url)
    if not found:
        moved = "put its file back if it was moved, else " if is_missing(engine.url) else ""
        return f"there are no tables yet in {where}: {moved}run {_upgrade(engine.url)}"
    there = ", ".join(found)
    if not are_newer(found):
        return (
            f"the tables in {where} are of an older version ({there}; this program needs {head}): "
            f"run {_upgrade(engine.url)}"
        )
    return (
        f"the tables in {where} are of a newer version of Switchhook ({there}; this program knows up to {head}): "
        "start that version again"
    )


def is_newer(engine: Engine) -> bool:
    """Return whether a newer version of the program made the tables. Raises as problem() does."""
    return are_newer(versions(engine))


def may_work_on_newer(engine: Engine) -> bool:
    """Return whether the tables are newer, and say that this program may work on them. Raises as problem() does."""
    found = versions(engine)
    if not are_newer(found):
        return False
    with engine.connect() as connection:
        return tolerate(connection, found)


def tolerate(connection: Connection, found: tuple[str, ...]) -> bool:
    """Return whether tables of those versions are newer, and say that this program may work on them."""
    return are_newer(found) and (oldest_program.read(connection) or "9") <= versions_known()[-1]


def versions(engine: Engine) -> tuple[str, ...]:
    """Return the ids of the tables' migrations; none where no tables are ours. Raises sqlalchemy.exc.SQLAlchemyError."""
    if is_missing(engine.url):
        return ()
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ()
        return tuple(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def are_newer(found: tuple[str, ...]) -> bool:
    """Return whether a newer version of the program made tables of those versions."""
    return not set(found) <= set(versions_known())


def require_usable(engine: Engine) -> None:
    """Raise DatabaseUnfit unless the program can work on the tables; other SQLAlchemyErrors when there is no answer."""
    if reason := problem(engine):
        raise DatabaseUnfit(reason)


def require_current(engine: Engine) -> None:
    """Raise as require_usable() does, and DatabaseUnfit for newer tables: this program does not know all that is in them."""
    require_usable(engine)
    if is_newer(engine):
        raise DatabaseUnfit(misfit(engine, versions(engine)))


def upgrade(url: URL) -> None:
    """Migrate the tables of that database to the program's version, as `alembic upgrade head` does."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # before its import, which logs, too
    from alembic import command  # here, as nothing else needs Alembic: the program starts sooner without it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    command.upgrade(config, "head")


def file_problem(url: URL) -> str | None:
    """Return why SQLite could not open its file; None when it can, or for other databases."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    path = Path(url.database).absolute()
    try:
        return _folder_problem(url, path) or _permission_problem(url, path)
    except OSError as error:  # a name that is too long, say
        return _unusable(url, error)


def _folder_problem(url: URL, path: Path) -> str | None:
    if not path.parent.is_dir():
        return f"{path.parent} does not exist, and SQLite makes no folders{_relative(url)}: {_other_folder(url, path)}"
    if path.is_dir():
        return f"{location(url)} is a folder: DATABASE_URL needs the name of a file in it"
    return None


def _other_folder(url: URL, path: Path) -> str:
    """Return what to do about a folder that is not there: `sqlite:///var/…` is most likely short of a slash."""
    absolute = Path("/", url.database or "")
    if path != absolute and ".." not in absolute.parts and Path("/", absolute.parts[1]).is_dir():
        return f"an absolute path has four slashes, DATABASE_URL=sqlite:///{absolute}"
    return f"check DATABASE_URL, or run mkdir -p {quote(str(path.parent))}"


def _unusable(url: URL, error: OSError) -> str:
    return f"{location(url)} cannot be used ({error.strerror}): name another file in DATABASE_URL"


def _permission_problem(url: URL, path: Path) -> str | None:
    """Return why SQLite cannot write the file, or its folder, which it needs for the WAL; None when it can."""
    owner, user = path.parent.stat().st_uid, command_lines.user_name(os.geteuid())
    if os.geteuid() == command_lines.ROOT != owner and not path.exists():
        return (
            f"{command_lines.user_name(owner)} could not write to a database that root makes in {path.parent}: "
            f"put its file back if it was moved, else run {_upgrade(url)}"
        )
    if not os.access(path.parent, os.W_OK | os.X_OK, effective_ids=True):
        return (
            f"{path.parent} may not be written by {user}, and {location(url)} is to be there: name a file in another folder "
            "in DATABASE_URL, such as sqlite:////var/lib/switchhook/switchhook.db, or have root give it this folder "
            f"(chown {user} {quote(str(path.parent))}; ReadWritePaths= of a systemd unit)"
        )
    if path.exists() and not os.access(path, os.R_OK | os.W_OK, effective_ids=True):
        beside = [Path(f"{path}{ending}") for ending in ("", "-wal", "-shm")]
        files = " ".join(quote(str(each)) for each in beside if each.exists())
        return f"{location(url)} may not be read and written by {user}: as root, chown {user} {files} && chmod u+rw {files}"
    return None


def is_missing(url: URL) -> bool:
    """Return whether it is SQLite's and its file is not there: never made, or moved away."""
    return url.get_backend_name() == "sqlite" and bool(url.database) and not Path(url.database or "").exists()


def make_file(url: URL) -> None:
    """Create SQLite's file, unless it exists, for its owner alone: it has names, addresses and encrypted secrets.

    Raises DatabaseUnfit when it cannot be made.
    """
    if is_missing(url):
        try:
            Path(url.database or "").touch(mode=0o600)
        except OSError as error:
            raise DatabaseUnfit(_unusable(url, error)) from None


def _upgrade(url: URL) -> str:
    """Return the command, as the owner of a SQLite file's folder: the processes could not write a file of root's."""
    is_file = url.get_backend_name() == "sqlite" and url.database
    owner = Path(url.database or "").absolute().parent.stat().st_uid if is_file else None
    return command_lines.as_user(UPGRADE, owner)


def location(url: URL) -> str:
    """Return where a database is, for people; without a password."""
    if url.get_backend_name() != "sqlite":
        return f"the database {url.database} on {url.host or 'this machine'}"
    return f"{Path(url.database or '').absolute()}{_relative(url)}"


def _relative(url: URL) -> str:
    """Return a hint for a relative path, which counts from a folder of which nobody may have thought."""
    if Path(url.database or "").is_absolute():
        return ""
    return " (DATABASE_URL is relative: to the folder that this was started in)"


@lru_cache(maxsize=1)
def versions_known() -> list[str]:
    """Return the ids of all migrations, oldest first; each file's name begins with its id."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("*.py"))
