"""What a database that fails is said to have, on real ones that fail so."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from models import failure
from models.database import Database
from models.lease import Lease
from models.types import now
from pbx.services import Services
from tests.asterisk_bed.ports import free_port
from tests.database_lock import write_locked
from tests.server import PROJECT, TEST_KEY


def on_connect(database: Database, pragma: str) -> None:
    database.close()
    event.listen(database.engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))


def write(database: Database) -> None:
    with database.session() as session:
        session.add_all(Lease(name=str(number), holder="x" * 60, renewed_at=now()) for number in range(500))


def words(work: Callable[[], object]) -> str:
    with pytest.raises(SQLAlchemyError) as raised:
        work()
    return failure.describe(raised.value)


def test_a_full_database_is_said_to_be_full(quiet: Services) -> None:
    on_connect(quiet.database, "max_page_count=1")
    assert "it, or its disk, is full" in words(lambda: write(quiet.database))


def test_a_migration_on_a_full_disk_says_so_in_a_sentence(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'switchhook.db'}"
    limited = [
        "sh",
        "-c",
        'ulimit -f 64; exec "$@"',
        "sh",
        sys.executable,
        "-m",
        "alembic",
        "upgrade",
        "head",
    ]
    environment = os.environ | {"DATABASE_URL": url, "SECRET_KEY": TEST_KEY}
    done = subprocess.run(limited, cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.endswith("Make room there. Nothing was changed: then run it again\n")
    assert "Traceback" not in done.stderr


def test_a_locked_database_is_said_to_be_locked(quiet: Services) -> None:
    on_connect(quiet.database, "busy_timeout=0")
    with write_locked(quiet):
        assert "another program keeps it locked" in words(lambda: write(quiet.database))


def test_a_database_that_cannot_be_written_is_said_to_be_read_only(quiet: Services) -> None:
    on_connect(quiet.database, "query_only=1")
    assert "it is read-only" in words(lambda: write(quiet.database))


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "switchhook.db"
    path.write_bytes(b"no database" * 1000)
    assert "is damaged" in words(lambda: read(Database(f"sqlite:///{path}")))


def test_a_server_that_is_down_is_said_not_to_answer_without_its_password() -> None:
    url = f"postgresql+psycopg://switchhook:hush@127.0.0.1:{free_port()}/switchhook"
    said = words(lambda: read(Database(url)))
    assert "the database does not answer" in said
    assert "hush" not in said


def test_an_unforeseen_error_is_described_too(quiet: Services) -> None:
    with quiet.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE lease")
    assert "refused something (OperationalError)" in words(lambda: read(quiet.database))


def read(database: Database) -> None:
    with database.session() as session:
        session.exec(select(Lease)).all()
