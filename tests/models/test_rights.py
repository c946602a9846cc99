"""What root made, or may not be written, is named with what root has to type."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from models import schema
from tests.ordinary_user import folder_of_nobody, nobody
from tests.server import PROJECT, TEST_KEY

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user for a while")


@pytest.fixture
def home() -> Iterator[Path]:
    with folder_of_nobody("home") as home:
        yield home


def trouble(path: Path) -> str | None:
    with nobody():
        return schema.file_problem(make_url(f"sqlite:///{path}"))


def test_a_database_that_root_made_is_named_with_what_gives_it_to_the_user(home: Path) -> None:
    path = home / "switchhook.db"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE x (y)")
    made.close()
    said = trouble(path) or ""
    assert f"{path} may not be read and written by nobody" in said
    subprocess.run(["sh", "-ec", said.partition("as root, ")[2]], check=True)
    assert trouble(path) is None


def test_a_folder_that_may_not_be_written_is_named(home: Path) -> None:
    os.chown(home, 0, 0)
    assert f"{home} may not be written by nobody" in (trouble(home / "switchhook.db") or "")


def test_root_makes_no_database_that_the_processes_could_not_write(home: Path) -> None:
    path = home / "switchhook.db"
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{path}", "SECRET_KEY": TEST_KEY}
    command = [sys.executable, "-m", "alembic", "upgrade", "head"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "sudo -u nobody" in done.stderr
    assert "alembic upgrade head" in done.stderr
    assert "Traceback" not in done.stderr
    assert not path.exists()
