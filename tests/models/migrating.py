"""Databases of either kind, migrated within this process or by Alembic as an administrator runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from secrets import token_hex

import pytest
import sqlalchemy
from alembic import command
from alembic.config import Config

from models.database import Database
from tests.server import PROJECT, TEST_KEY, migrate


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, folder: Path) -> str:
    """A migrated, empty database of either kind, for this test alone."""
    if request.param == "postgresql":
        return copy_of(request.getfixturevalue("migrated_postgresql"))
    url = f"sqlite:///{folder / 'switchhook.db'}"
    migrate(url)
    return url


def copy_of(url: str) -> str:
    """Copy a PostgreSQL database to which nobody is connected, within its server; return the copy's URL."""
    here = sqlalchemy.make_url(url)
    there = here.set(database=f"copy_{token_hex(4)}")
    server = Database(here.set(database="template1").render_as_string(hide_password=False))
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {there.database} TEMPLATE {here.database}")
    server.close()
    return there.render_as_string(hide_password=False)


def empty(url: str) -> None:
    database = Database(url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    database.close()


def insert(database: Database, table: str, **values: object) -> None:
    """A row as it is, whatever the program's tables are."""
    rows = sqlalchemy.table(table, *map(sqlalchemy.column, values))
    with database.engine.begin() as connection:
        connection.execute(rows.insert().values(**values))


def run(url: str, direction: str, revision: str) -> None:
    """`alembic upgrade` or `alembic downgrade` to a revision, without its command line."""
    config = Config(toml_file=PROJECT / "pyproject.toml")
    config.attributes["url"] = sqlalchemy.make_url(url)
    {"upgrade": command.upgrade, "downgrade": command.downgrade}[direction](config, revision)


def alembic(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DATABASE_URL": url, "SECRET_KEY": TEST_KEY}
    words = [sys.executable, "-m", "alembic", *arguments]
    return subprocess.run(words, cwd=PROJECT, env=environment, capture_output=True, text=True)
