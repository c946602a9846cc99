"""A SQLite path that cannot be opened is a sentence that says what to do, wherever somebody meets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from sqlalchemy import make_url

from models import schema
from tests.asterisk_bed.ports import free_port
from tests.server import PROJECT, TEST_KEY
from tests.waiting import wait_for

UNOPENABLE = {
    "sqlite:///not/there/switchhook.db": "SQLite makes no folders (DATABASE_URL is relative: to the folder that",
    "sqlite:////etc": "/etc is a folder: DATABASE_URL needs the name of a file in it",
    "sqlite:////proc/switchhook.db": "/proc/switchhook.db cannot be used (No such file or directory): name another",
    f"sqlite:///{'x' * 300}": "cannot be used (File name too long): name another file in DATABASE_URL",
    f"sqlite:///{PROJECT / 'LICENSE'}": "the database's file is damaged",
}


def environment(url: str, **more: str) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": url, "SECRET_KEY": TEST_KEY, "AMI_PORT": "1"} | more


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_migration_says_what_to_do(place: int) -> None:
    url, said = list(UNOPENABLE.items())[place]
    command = [sys.executable, "-m", "alembic", "upgrade", "head"]
    done = subprocess.run(command, cwd=PROJECT, env=environment(url), capture_output=True, text=True)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_path_that_cannot_be_is_known_before_it_is_opened(place: int) -> None:
    url, said = list(UNOPENABLE.items())[place]
    assert said in (schema.file_problem(make_url(url)) or "")


def test_an_absolute_path_that_is_short_of_a_slash_is_named_with_four() -> None:
    said = schema.file_problem(make_url("sqlite:///var/lib/switchhook/switchhook.db")) or ""
    assert said.endswith(
        ": an absolute path has four slashes, DATABASE_URL=sqlite:////var/lib/switchhook/switchhook.db"
    )
    assert "mkdir -p" in (schema.file_problem(make_url("sqlite:///../var/lib/switchhook.db")) or "")


@pytest.mark.parametrize(("arguments", "place"), [(["ext", "list"], 0), (["listen"], 1)])
def test_a_command_says_what_to_do(arguments: list[str], place: int) -> None:
    url, said = list(UNOPENABLE.items())[place]
    command = [sys.executable, "-m", "flask", *arguments]
    done = subprocess.run(command, cwd=PROJECT, env=environment(url), capture_output=True, text=True)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_web_process_says_what_to_do(tmp_path: Path) -> None:
    url, said = next(iter(UNOPENABLE.items()))
    port, log = free_port(), tmp_path / "log"
    with log.open("wb") as output:
        web = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "app:app"],
            cwd=PROJECT,
            env=environment(url, PORT=str(port)),
            stderr=output,
        )
    try:
        wait_for(lambda: "Listening at" in log.read_text(), log.read_text)
        ready = requests.get(f"http://127.0.0.1:{port}/readyz", timeout=60)
    finally:
        web.terminate()
        web.wait(60)
    assert ready.status_code == 503
    assert said in ready.json()["database"]
    assert f'"the database cannot be used", "reason": "{PROJECT}/not/there does not exist' in log.read_text()
    assert "Traceback" not in log.read_text()
