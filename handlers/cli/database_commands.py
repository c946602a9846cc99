"""`flask backup`, `flask restore` and `flask database move`: the database as a whole."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from pydantic import SecretStr
from sqlalchemy import URL, func, make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

import command_lines
from handlers import wording
from handlers.cli.common import Refused, caller, explained, the_services
from models import api_token, audit, backup, failure, put_back, schema, transfer
from models.backup import InvalidBackup
from models.database import Database
from models.errors import DatabaseUnfit
from models.extension import Extension
from models.lease import LEASE_TIME, LISTENER_LEASE, LeaseHolder
from models.transfer import NotEmpty, Unreadable
from models.types import now
from pbx.config import reader
from pbx.errors import ConfigFileError
from pbx.publishing import foreign_files, identity
from pbx.services import Services
from pbx.settling import notice
from setting_types import known_database

TARGET = "MOVE_TO_DATABASE_URL"

database = AppGroup("database", help="Move the database.")


@click.command("backup", help="Write all of the database to FILE, also while Switchhook runs.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--overwrite", is_flag=True, help="Replace FILE if it is there.")
@with_appcontext
def write_backup(file: Path, overwrite: bool) -> None:
    if file.exists() and not overwrite:
        raise Refused(f"{file} is there already: name another file, or add --overwrite")
    must_take_files(file.absolute().parent)
    with _explained():
        backup.write(the_services().database, file)
        click.echo(f"{_count(the_services().database)} extensions and all else are in {file}.")
    click.echo("Keep SECRET_KEY of .env besides: without it the phones' secrets in there cannot be read.")


def must_take_files(folder: Path) -> None:
    """Raise Refused for a folder in which this user cannot make a file."""
    if not folder.is_dir():
        raise Refused(f"there is no folder {folder}: name a file in one that is there")
    if not os.access(folder, os.W_OK | os.X_OK, effective_ids=True):
        user = command_lines.user_name(os.geteuid())
        raise Refused(
            f"{folder} may not be written by {user}: name a file in a folder where {user} may write, such as "
            "/var/lib/switchhook, and have root move it from there"
        )


@click.command(
    "restore", help="Replace all of the database by what is in FILE; shows what would go, and asks."
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--yes", is_flag=True, help="Restore without asking.")
@with_appcontext
def restore(file: Path, yes: bool) -> None:
    services = the_services()
    with _explained(), backup.opened(file) as source:
        if not schema.is_newer(services.database.engine):
            schema.upgrade(services.database.engine.url)
        schema.require_current(services.database.engine)
        click.echo(f"The database has {_count(services.database)} extensions; {file} has {_count(source)}.")
        was = identity.current(source).identity
        is_known = notice.is_known(services, was)
        if not is_known:
            click.echo(
                f"{file} seems to be of another installation: nothing here names the database that it was made of."
            )
        if not yes:
            click.confirm("Replace the database by the backup?", abort=True)
        notice.remember(services, was)
        is_new = transfer.is_empty(services.database) and _has_no_phones(services)
        _sign(source, put_back.RESTORED if is_known else put_back.RESTORED_ANOTHER)
        api_token.keep_revoked(services.database, source)
        transfer.copy(source, services.database, replace=True)
        if is_new:
            notice.clear(services)
    click.echo("The database is as it was when the backup was made.")
    _say_what_publishing_would_do(services)


def _has_no_phones(services: Services) -> bool:
    """Return whether Asterisk's files have none of Switchhook's, as on a new machine: there is nothing to settle."""
    with suppress(ConfigFileError):
        return not reader.read(services.settings).blocks.endpoints
    return False


def _sign(source: Database, did: str) -> None:
    """Renew the copy's identity, as the files may be of a later state, and note who restored it.

    In the copy, so that both arrive with the rows or not at all.
    """
    identity.renew(source)
    with source.session() as session:
        put_back.hold(session, now())
        audit.record(session, caller(), did)


def _say_what_publishing_would_do(services: Services) -> None:
    blocked = foreign_files.why_blocked(services)
    click.echo(
        wording.ended(blocked)
        if blocked
        else f"Asterisk gets its phones within a minute, or now with: {command_lines.as_user('flask publish')}"
    )


@database.command(
    "move",
    help=f"Copy all of the database to the empty one at URL, SQLite or PostgreSQL. Without URL, it is taken from {TARGET}, "
    "or asked for: the list of processes shows what stands on a command line, a password, too.",
)
@click.argument("url", required=False, envvar=TARGET)
def move(url: str | None) -> None:
    services = the_services()
    target_url = _parsed(url or click.prompt("URL of the empty database (it is not shown)", hide_input=True))
    if target_url == services.database.engine.url:
        raise Refused("that is the database that DATABASE_URL names already")
    with _explained(), _opened(target_url) as target:
        schema.require_current(services.database.engine)
        if problem := schema.file_problem(target_url):
            raise DatabaseUnfit(problem)
        if not transfer.is_empty(target):
            raise NotEmpty
        with _nobody_listening(services):
            schema.upgrade(target_url)
            schema.require_current(target.engine)
            transfer.copy(services.database, target)
        click.echo(f"{_count(target)} extensions and all else are in {schema.location(target_url)}.")
    hidden = ", with the password in the place of ***," if target_url.password else ""
    click.echo(f"Put this into .env{hidden} and start both processes again:")
    click.echo(f"DATABASE_URL={target_url.render_as_string(hide_password=True)}")


@contextmanager
def _nobody_listening(services: Services) -> Iterator[None]:
    """Hold the listener's lease. Raises Refused while a listener renews it."""
    click.echo(
        f"Both processes should be stopped by now ({command_lines.STOP}): changes made meanwhile would stay behind."
    )
    holder, deadline = (
        LeaseHolder(services.database, LISTENER_LEASE),
        time.monotonic() + LEASE_TIME.total_seconds() + 1,
    )
    while not holder.acquire():
        if time.monotonic() > deadline:
            raise Refused(
                f"a listener is at work on this database: {command_lines.STOP}, any other listener, too, such as "
                "switchhook-standby, and then move it"
            )
        time.sleep(0.5)
    try:
        yield
    finally:
        holder.release()


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what may go wrong, with a file or either database, into Refused."""
    with explained():
        try:
            yield
        except InvalidBackup as error:
            raise Refused(str(error)) from None
        except Unreadable as error:
            raise Refused(f"nothing was changed: {error}") from None
        except NotEmpty:
            raise Refused("the database to move to has rows already: name an empty one") from None
        except OSError as error:
            raise Refused(f"{error.filename} cannot be used ({error.strerror})") from None
        except DBAPIError as error:
            room = ": make room where the database is, and the file" if failure.is_full(error) else ""
            raise Refused(f"nothing was changed: {error.orig}{room}") from None


@contextmanager
def _opened(url: URL) -> Iterator[Database]:
    opened = Database(url)
    try:
        yield opened
    finally:
        opened.close()


def _parsed(url: str) -> URL:
    try:
        return make_url(known_database(SecretStr(url)).get_secret_value())
    except ValueError as error:
        raise Refused(f"URL {error}") from None


def _count(of: Database) -> int:
    with of.session() as session:
        return session.exec(select(func.count()).select_from(Extension)).one()
