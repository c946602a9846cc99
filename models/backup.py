"""A backup: a SQLite file with all rows of any database, readable into any."""

from __future__ import annotations

import fcntl
import glob
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL
from sqlmodel import select

from models import schema, transfer
from models.database import Database
from models.extension import Extension
from models.number import is_number

MAGIC = b"SQLite format 3\0"


class InvalidBackup(Exception):
    """This file cannot be restored; the message says why."""


def write(source: Database, path: Path) -> None:
    """Write a backup, whole or not at all, with mode 0600, over what was there.

    Raises OSError, sqlalchemy.exc.SQLAlchemyError.
    """
    schema.require_current(source.engine)
    prefix = f".{path.name}.switchhook-"
    _remove_leftovers(path.parent, prefix)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=path.parent) as folder, _locked(Path(folder)):
        new = Path(folder) / "backup"
        schema.upgrade(_url(new))
        with _opened(new) as target:
            transfer.copy(source, target)
        with closing(sqlite3.connect(new)) as connection:
            # Without a WAL it is one file, and can be read from a read-only folder.
            connection.execute("PRAGMA journal_mode=DELETE")
        new.chmod(0o600)
        with new.open("rb") as file:
            os.fsync(file.fileno())
        new.replace(path)


def _remove_leftovers(folder: Path, prefix: str) -> None:
    """Remove what killed backups left; a backup that is still being written holds its lock."""
    for leftover in folder.glob(f"{glob.escape(prefix)}*"):
        with suppress(OSError), _locked(leftover):
            shutil.rmtree(leftover)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder. Raises OSError when another process has it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """Open a copy of a backup, upgraded to the program's tables. Raises InvalidBackup, OSError."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise InvalidBackup(f"{path} is no backup: it is no SQLite file")
    with tempfile.TemporaryDirectory(prefix="switchhook-") as folder:
        copy = Path(shutil.copyfile(path, Path(folder) / "backup"))
        copy.chmod(0o600)
        with _opened(copy) as database:
            _must_be_ours(path, database)
        schema.upgrade(_url(copy))
        with _opened(copy) as database:
            _must_have_numbers(path, database)
            yield database


def _must_have_numbers(path: Path, database: Database) -> None:
    """Raise InvalidBackup for an extension whose number is none: nobody could change or delete it afterwards."""
    with database.session() as session:
        numbers = [str(number) for number in session.exec(select(Extension.number))]
    if broken := [number for number in numbers if not is_number(number)]:
        raise InvalidBackup(f"{path} is no backup of Switchhook's: {broken[0]!r} is no extension number")


def _must_be_ours(path: Path, database: Database) -> None:
    """Raise InvalidBackup for other SQLite files: an upgrade would make an empty backup of them."""
    found = schema.versions(database.engine)
    if not found:
        raise InvalidBackup(f"{path} is no backup: it has none of Switchhook's tables")
    if schema.are_newer(found):
        raise InvalidBackup(
            f"{path} is no backup that this version can read: {schema.misfit(database.engine, found)}"
        )


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    database = Database(_url(path))
    try:
        yield database
    finally:
        database.close()


def _url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))
