"""Alembic's entry: the database is the one that DATABASE_URL names, or that the program asks for.

All migrations of a run are one transaction, on SQLite, too: one that is killed has done nothing. Two at once wait for each
other. Tables that are newer than the program, and say that it may work on them, stay as they are.
"""

from __future__ import annotations

import logging
import sqlite3

from alembic import context
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import SQLModel

import models  # noqa: F401 (fills SQLModel.metadata)
import settings
from models import failure, migration_locks, oldest_program, schema
from models.database import Database
from models.errors import DatabaseUnfit
from models.patience import ENDLESS, OPTION

LOCK = 7_448_260  # a number of our own among PostgreSQL's advisory locks


def run() -> None:
    """Migrate. For somebody at a terminal, what the database refuses is a sentence. Raises SystemExit."""
    if url := context.config.attributes.get("url"):
        return _run(url)
    try:
        _run(make_url(settings.load().database_url.get_secret_value()))
    except SQLAlchemyError as error:
        if failure.is_unforeseen(error):
            raise
        raise SystemExit(f"{failure.cause(error)}. Nothing was changed: then run it again") from None


def _run(url: URL) -> None:
    database = _opened(url)
    is_sqlite = url.get_backend_name() == "sqlite"  # where a lock keeps nobody from reading
    patience = ENDLESS if is_sqlite else migration_locks.PATIENCE
    with database.engine.connect().execution_options(**{OPTION: patience}) as connection:
        migration_locks.migrate_between_others(connection, lambda: _migrate(connection))
    database.close()


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        _wait_for_others(connection)
        if _is_to_migrate(connection):
            context.run_migrations()
            oldest_program.write(connection, _oldest_program())


def _wait_for_others(connection: Connection) -> None:
    """Wait for other migrations of the same database: two machines may start at once. SQLite has BEGIN IMMEDIATE."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")


def _is_to_migrate(connection: Connection) -> bool:
    """Return False if an upgrade finds newer tables that this program may work on: a newer version is there beside it.

    Raises CommandError for those on which it may not work.
    """
    migration = context.get_context()
    found = migration.get_current_heads()
    if migration.opts.get("destination_rev") != "head" or not schema.are_newer(found):
        return True
    if not schema.tolerate(connection, found):
        raise CommandError(schema.misfit(connection.engine, found))
    logging.getLogger("switchhook").warning(
        "the tables are of a newer version, and this one may use them as they are"
    )
    return False


def _oldest_program() -> str:
    """Return which program is the oldest that may work on the tables as the migrations so far have made them."""
    made = context.script.iterate_revisions(context.get_context().get_current_heads(), "base")
    named = [str(getattr(each.module, "oldest_program", oldest_program.FIRST)) for each in made]
    return max([oldest_program.FIRST, *named])


def _opened(url: URL) -> Database:
    """Raise sqlalchemy.exc.SQLAlchemyError for one that cannot be opened, or is no database."""
    if problem := schema.file_problem(url):
        raise DatabaseUnfit(problem)
    schema.make_file(url)
    database = Database(url)
    if database.engine.dialect.name == "sqlite":
        _begin_transactions_ourselves(database.engine)
    database.engine.connect().close()
    return database


def _begin_transactions_ourselves(engine: Engine) -> None:
    """Begin each transaction with BEGIN IMMEDIATE, so that two migrations at once wait for each other.

    Python's driver would begin none before DDL.
    """

    @event.listens_for(engine, "connect")
    def leave_them_alone(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


run()
