"""Alembic's entry: the database is the one that DATABASE_URL names, or that the program asks for.

All migrations of a run are one transaction, on SQLite, too: one that is killed has done nothing.
"""

from __future__ import annotations

import sqlite3

from alembic import context
from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import SQLModel

import models  # noqa: F401 (fills SQLModel.metadata)
import settings
from models import failure, schema
from models.database import Database
from models.errors import DatabaseUnfit
from models.patience import ENDLESS, OPTION


def run() -> None:
    if url := context.config.attributes.get("url"):
        database = _opened(url)
    else:
        database = _opened_or_said(make_url(settings.load().database_url.get_secret_value()))
    with database.engine.connect().execution_options(**{OPTION: ENDLESS}) as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    database.close()


def _opened_or_said(url: URL) -> Database:
    """Open it for somebody at a terminal: what cannot be opened is a sentence. Raises SystemExit."""
    try:
        return _opened(url)
    except SQLAlchemyError as error:
        raise SystemExit(failure.describe(error)) from None


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
