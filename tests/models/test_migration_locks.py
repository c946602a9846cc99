"""Tables that are migrated while another program uses them, as pg_dump does."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from models import migration_locks, schema
from models.database import Database
from models.patience import Patience
from tests.models.migrating import copy_of, empty, run
from tests.waiting import wait_for

BEFORE_LEASE = "0038"  # the next one changes the table of leases


def test_a_migration_that_waits_for_a_dump_says_so_and_keeps_nobody_waiting(
    postgresql: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(migration_locks, "PATIENCE", Patience(lock=50, statement=0))
    monkeypatch.setattr(migration_locks, "PAUSE_SECONDS", 0.05)
    url = copy_of(postgresql)
    empty(url)
    run(url, "upgrade", BEFORE_LEASE)
    database = Database(url)
    with ThreadPoolExecutor(1) as administrator:
        with database.engine.connect() as dump:
            dump.exec_driver_sql("SET application_name = 'pg_dump'")
            dump.exec_driver_sql("SELECT name FROM lease")
            migrated = administrator.submit(run, url, "upgrade", "head")
            wait_for(
                lambda: "waiting for the transaction of pg_dump (user " in caplog.text or migrated.done()
            )
            with database.engine.begin() as listener:
                listener.exec_driver_sql("UPDATE lease SET holder = 'another'")
            assert not migrated.done()
        migrated.result()
    assert schema.problem(database.engine) is None
    database.close()


def test_a_sqlite_file_that_is_locked_for_a_while_is_waited_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration_locks, "PATIENCE", Patience(lock=50, statement=0))
    file = folder / "switchhook.db"
    run(f"sqlite:///{file}", "upgrade", BEFORE_LEASE)
    with closing(sqlite3.connect(file)) as other, ThreadPoolExecutor(1) as administrator:
        other.execute("BEGIN IMMEDIATE")
        migrated = administrator.submit(run, f"sqlite:///{file}", "upgrade", "head")
        with pytest.raises(TimeoutError):
            migrated.result(timeout=1)
        other.rollback()
        migrated.result()
