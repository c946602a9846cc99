"""Tables that are newer than the program: they say whether it may work on them; on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import select

from models import backup, oldest_program, schema
from models.database import Database
from models.errors import DatabaseUnfit
from models.extension import Extension
from tests.models import migrating
from tests.models.migrating import alembic, copy_of, empty, run
from tests.server import PROJECT

database_url = migrating.database_url

NEWER = "9000"


def make_newer(url: str, oldest: str) -> Database:
    """As a program of later has left it, which says that programs from `oldest` on go on."""
    database = Database(url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9000'")
        connection.exec_driver_sql("CREATE TABLE of_the_future (id INTEGER PRIMARY KEY)")
        oldest_program.write(connection, oldest)
    return database


def test_a_program_works_on_newer_tables_that_say_it_may(database_url: str) -> None:
    database = make_newer(database_url, oldest_program.FIRST)
    assert schema.problem(database.engine) is None
    schema.require_usable(database.engine)
    assert schema.may_work_on_newer(database.engine)
    with database.session() as session:
        assert session.exec(select(Extension)).all() == []
    database.close()


def test_a_program_before_the_oldest_does_not(database_url: str) -> None:
    database = make_newer(database_url, NEWER)
    said = schema.problem(database.engine) or ""
    assert f"of a newer version of Switchhook ({NEWER}; this program knows up to" in said
    assert not schema.may_work_on_newer(database.engine)
    database.close()
    done = alembic(database_url, "upgrade", "head")
    assert (done.returncode == 0, "start that version again" in done.stderr + done.stdout) == (False, True)


def test_tables_that_do_not_say_are_for_no_other_program(database_url: str) -> None:
    database = make_newer(database_url, oldest_program.FIRST)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE oldest_program")
    assert "of a newer version" in (schema.problem(database.engine) or "")
    database.close()


def test_an_older_version_that_starts_again_leaves_newer_tables_as_they_are(database_url: str) -> None:
    make_newer(database_url, oldest_program.FIRST).close()
    done = alembic(database_url, "upgrade", "head")
    assert done.returncode == 0, done.stderr
    assert "the tables are of a newer version" in done.stderr
    database = Database(database_url)
    assert schema.versions(database.engine) == (NEWER,)
    database.close()


def test_a_backup_by_an_older_version_is_refused_as_it_would_leave_out_what_is_new(
    database_url: str, tmp_path: Path
) -> None:
    database = make_newer(database_url, oldest_program.FIRST)
    with pytest.raises(DatabaseUnfit, match="start that version again"):
        backup.write(database, tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []
    database.close()


def test_which_program_is_the_oldest_follows_each_migration_and_goes_with_its_table(
    database_url: str,
) -> None:
    database = Database(database_url)

    def named() -> str | None:
        with database.engine.connect() as connection:
            return oldest_program.read(connection)

    assert named() is not None
    run(database_url, "downgrade", oldest_program.FIRST)
    assert named() == oldest_program.FIRST
    run(database_url, "downgrade", str(int(oldest_program.FIRST) - 1).zfill(4))
    assert named() is None
    run(database_url, "upgrade", "head")
    assert named() is not None
    database.close()


CONTRACTION = '''"""Take a column away."""

revision = "9001"
down_revision = "{latest}"
branch_labels = None
depends_on = None
kind = "contraction"
oldest_program = "{oldest}"


def upgrade() -> None:
    pass
'''


def test_a_contraction_names_the_program_that_goes_on(tmp_path: Path) -> None:
    """In a copy of the migrations: none that takes anything away is needed for this."""
    latest = schema.versions_known()[-1]
    folder, path = tmp_path / "migrations", tmp_path / "switchhook.db"
    subprocess.run(["cp", "-r", PROJECT / "migrations", folder], check=True)
    (folder / "versions" / "9001_contraction.py").write_text(CONTRACTION.format(latest=latest, oldest=latest))
    script = (
        "import sys; from pathlib import Path; from models import schema; from sqlalchemy import make_url\n"
        "schema.MIGRATIONS = Path(sys.argv[1]); schema.upgrade(make_url(sys.argv[2]))"
    )
    command = [sys.executable, "-c", script, str(folder), f"sqlite:///{path}"]
    subprocess.run(command, cwd=PROJECT, check=True)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT revision FROM oldest_program").fetchall() == [(latest,)]


def test_two_machines_that_migrate_at_once_wait_for_each_other(postgresql: str) -> None:
    url = copy_of(postgresql)
    empty(url)
    with ThreadPoolExecutor() as both:
        done = list(both.map(lambda _: alembic(url, "upgrade", "head"), range(2)))
    assert [each.returncode for each in done] == [0, 0], [each.stderr for each in done]
    database = Database(url)
    assert schema.problem(database.engine) is None
    database.close()
