"""Databases of either kind, and Alembic as an administrator runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy

from models import Database
from tests.server import PROJECT, TEST_KEY, migrate


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, folder: Path) -> str:
    """A migrated, empty database of either kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'switchhook.db'}"
    else:
        url = request.getfixturevalue("postgresql")
        empty(url)
    migrate(url)
    return url


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


def alembic(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DATABASE_URL": url, "SECRET_KEY": TEST_KEY}
    command = [sys.executable, "-m", "alembic", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
