"""Which tables the program needs, which are there, and migrations that end in the middle; on both databases."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import make_url
from sqlmodel import select

from models import schema
from models.database import Database
from models.errors import DatabaseUnfit
from models.extension import Extension
from tests.models.migrating import alembic, empty
from tests.server import PROJECT


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, folder: Path) -> str:
    """An empty database of either kind, without any tables."""
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'switchhook.db'}"
    url: str = request.getfixturevalue("postgresql")
    empty(url)
    return url


def trouble(url: str) -> str | None:
    database = Database(url)
    try:
        return schema.problem(database.engine)
    finally:
        database.close()


def execute(url: str, *statements: str) -> None:
    database = Database(url)
    with database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    database.close()


def test_a_schema_problem_names_the_tables_and_what_to_run(url: str) -> None:
    assert "there are no tables yet in" in (said := trouble(url) or "")
    assert said.endswith("alembic upgrade head")
    assert alembic(url, "upgrade", "0003").returncode == 0
    assert "of an older version (0003; this program needs" in (said := trouble(url) or "")
    assert said.endswith("alembic upgrade head")
    schema.upgrade(make_url(url))
    assert trouble(url) is None
    execute(
        url,
        "UPDATE alembic_version SET version_num = 'of the future'",
        "UPDATE oldest_program SET revision = 'of the future'",
    )
    assert "of a newer version of Switchhook (of the future; this program knows up to" in (trouble(url) or "")


def test_an_error_because_of_the_tables_says_so_and_other_errors_stay(url: str) -> None:
    database = Database(url)
    with pytest.raises(DatabaseUnfit, match="alembic upgrade head"), database.session() as session:
        session.exec(select(Extension))
    schema.upgrade(make_url(url))
    execute(url, "DROP TABLE extension")
    with pytest.raises(Exception, match="extension") as caught, database.session() as session:
        session.exec(select(Extension))
    assert not isinstance(caught.value, DatabaseUnfit)
    database.close()


def test_a_migration_that_fails_half_way_has_done_nothing_and_is_repaired_by_running_it_again(
    url: str,
) -> None:
    """0002 makes tables one after the other; the last is there already."""
    assert alembic(url, "upgrade", "0001").returncode == 0
    execute(url, "CREATE TABLE phone (number INTEGER)")
    assert alembic(url, "upgrade", "head").returncode == 1
    assert "(0001;" in (trouble(url) or "")
    execute(url, "DROP TABLE phone")
    done = alembic(url, "upgrade", "head")
    assert done.returncode == 0, done.stderr
    assert trouble(url) is None


def test_a_migration_that_is_killed_is_repaired_by_running_it_again(url: str) -> None:
    script = "import os; from alembic import op; op.create_index = lambda *_, **__: os._exit(9)\n" + (
        "from models import schema; from sqlalchemy import make_url; import sys\n"
        "schema.upgrade(make_url(sys.argv[1]))"
    )
    command = [sys.executable, "-c", script, url]
    killed = subprocess.run(command, cwd=Path(__file__).parents[2], env=os.environ, capture_output=True)
    assert killed.returncode == 9, killed.stderr
    schema.upgrade(make_url(url))
    assert trouble(url) is None


def test_a_folder_that_is_not_there_is_named_and_nothing_is_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'typo' / 'switchhook.db'}"
    done = alembic(url, "upgrade", "head")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"{tmp_path / 'typo'} does not exist" in done.stderr
    assert f"mkdir -p {tmp_path / 'typo'}" in (trouble(url) or "")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_moved_away_is_missed_and_no_other_is_made(tmp_path: Path) -> None:
    path, away = tmp_path / "switchhook.db", tmp_path / "away.db"
    schema.upgrade(make_url(f"sqlite:///{path}"))
    database = Database(f"sqlite:///{path}")
    with database.session() as session:
        session.exec(select(Extension)).all()
    database.close()
    path.rename(away)
    with (
        pytest.raises(DatabaseUnfit, match="put its file back if it was moved"),
        database.session() as session,
    ):
        session.exec(select(Extension))
    assert not path.exists()
    away.rename(path)
    with database.session() as session:
        assert session.exec(select(Extension)).all() == []
    database.close()


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a #1 ü%20?.db"
    database = Database(make_url("sqlite://").set(database=str(path)))
    before = os.umask(0o022)
    try:
        schema.upgrade(database.engine.url)
        with database.session() as session:
            session.exec(select(Extension)).all()
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    finally:
        os.umask(before)
        database.close()
    assert path.name in modes
    assert set(modes.values()) == {0o600}


def test_a_relative_path_is_named_with_the_folder_it_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = trouble("sqlite:///switchhook.db") or ""
    assert f"{tmp_path / 'switchhook.db'} (DATABASE_URL is relative" in said


def test_the_migrations_stand_in_one_row_and_their_files_are_named_by_it() -> None:
    scripts = ScriptDirectory.from_config(Config(toml_file=PROJECT / "pyproject.toml"))
    names = [Path(script.path).name for script in scripts.walk_revisions()]
    assert names == sorted(
        (path.name for path in (schema.MIGRATIONS / "versions").glob("*.py")), reverse=True
    )
    assert [name.partition("_")[0] for name in names] == [each.revision for each in scripts.walk_revisions()]
