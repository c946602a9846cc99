"""`flask backup`, `flask restore`, `flask database move`: the whole database, beside a Switchhook that runs."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from handlers.cli import database_commands
from handlers.cli.common import Refused
from models import backup as backups
from models.database import Database
from models.extension import Extension
from tests.asterisk_bed.process import end
from tests.models.test_schema import execute
from tests.ordinary_user import nobody
from tests.server import Switchhook
from tests.slack_stand_in import SlackUser
from tests.slash_commands import say
from tests.waiting import SECONDS


def numbers(database: Database) -> set[str]:
    with database.session() as session:
        return set(session.exec(select(Extension.number)))


def test_a_backup_of_what_runs_has_all_of_one_moment_and_is_for_its_owner_alone(
    switchhook: Switchhook, admin: SlackUser, folder: Path
) -> None:
    file = folder / "first.backup"
    say(admin, "create 150 Alice")
    with ThreadPoolExecutor(4) as pool:
        creates = [pool.submit(say, admin, f"create {number} Bob") for number in range(160, 166)]
        done = switchhook.flask("backup", str(file))
        answers = [each.result() for each in creates]
    assert [each for each in answers if "is ready for" not in each] == []
    assert done.returncode == 0, done.stderr
    assert "SECRET_KEY" in done.stdout
    assert done.stderr == ""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in folder.iterdir() if "backup" in each.name] == [file.name]
    with backups.opened(file) as database:
        assert "150" in numbers(database)
    before = file.read_bytes()
    refused = switchhook.flask("backup", str(file))
    assert (refused.returncode, "add --overwrite" in refused.stderr) == (1, True)
    assert file.read_bytes() == before
    assert switchhook.flask("backup", str(file), "--overwrite").returncode == 0


@pytest.mark.parametrize(
    ("reported", "is_full"),
    [
        ("database or disk is full", True),
        ('could not extend file "base/5/16385": No space left on device', True),
        ('column "fullname" does not exist', False),
    ],
)
def test_a_database_without_room_is_told_to_get_some(reported: str, is_full: bool) -> None:
    with pytest.raises(Refused, match="nothing was changed") as refused, database_commands._explained():
        raise DBAPIError(None, None, Exception(reported))
    assert ("make room where the database is, and the file" in str(refused.value)) is is_full


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user for a while")
def test_a_folder_that_takes_no_backup_is_refused_with_one_that_does(folder: Path) -> None:
    with (
        nobody(),
        pytest.raises(Refused, match=f"{folder} may not be written by nobody: .*/var/lib/switchhook"),
    ):
        database_commands.must_take_files(folder)
    with pytest.raises(Refused, match="there is no folder"):
        database_commands.must_take_files(folder / "nowhere")


def test_a_killed_backups_leftovers_go_with_the_next_and_those_of_a_running_one_stay(
    switchhook: Switchhook, folder: Path
) -> None:
    file = folder / "killed.backup"
    killed, alive = (folder / f".{file.name}.switchhook-{name}" for name in ("killed", "alive"))
    for each in (killed, alive):
        each.mkdir()
        (each / "backup").write_bytes(b"half of it")
    descriptor = os.open(alive, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        assert switchhook.flask("backup", str(file)).returncode == 0
    finally:
        os.close(descriptor)
    assert (killed.exists(), alive.exists()) == (False, True)


def test_a_file_that_is_no_backup_or_of_a_newer_version_is_refused(
    switchhook: Switchhook, folder: Path
) -> None:
    text, foreign, newer = folder / "notes.txt", folder / "recipes.db", folder / "newer.backup"
    text.write_text("Ask Jane")
    assert switchhook.flask("backup", str(newer)).returncode == 0
    execute(f"sqlite:///{newer}", "UPDATE alembic_version SET version_num = 'of the future'")
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
    for file, said in (
        (text, "is no backup"),
        (foreign, "has none of Switchhook's tables"),
        (newer, "of a newer version of Switchhook"),
    ):
        done = switchhook.flask("restore", str(file), "--yes")
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_a_backup_with_a_value_that_cannot_be_is_refused_without_the_value(
    switchhook: Switchhook, admin: SlackUser, folder: Path
) -> None:
    say(admin, "create 163 Alice")
    file = folder / "broken.backup"
    assert switchhook.flask("backup", str(file)).returncode == 0
    for broken, said in (
        (
            "UPDATE extension SET updated_at = 'yesterdayish'",
            "nothing was changed: a row of extension cannot be read (ValueError)",
        ),
        (
            "UPDATE extension SET number = '163,1,System(x)' WHERE number = '163'",
            "'163,1,System(x)' is no extension number",
        ),
    ):
        execute(f"sqlite:///{file}", broken)
        done = switchhook.flask("restore", str(file), "--yes")
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr
        assert "yesterdayish" not in done.stderr


def test_a_move_to_postgresql_keeps_the_phones_and_waits_for_no_listener_to_be_there(
    switchhook: Switchhook, admin: SlackUser, postgresql: str
) -> None:
    say(admin, "create 180 Alice")
    url = make_url(postgresql).set(password="hush-hush").render_as_string(hide_password=False)
    listener = switchhook.listen()
    switchhook.wait_for_log("this process has become the listener")
    refused = switchhook.flask("database", "move", url)
    assert refused.returncode == 1
    assert "a listener is at work" in refused.stderr
    assert "any other listener, too, such as switchhook-standby" in refused.stderr
    end(listener, timeout=SECONDS)
    moved = switchhook.flask("database", "move", url)
    assert moved.returncode == 0, moved.stderr
    assert "DATABASE_URL=postgresql+psycopg://postgres:***@" in moved.stdout
    assert "hush-hush" not in moved.stdout + moved.stderr
    there = switchhook.environment | {"DATABASE_URL": url}
    published = switchhook.flask("publish", environment=there)
    assert published.returncode == 0, published.stderr
    created = switchhook.flask("ext", "create", "181", "--name=Bob", environment=there)
    assert created.returncode == 0, created.stdout
    again = switchhook.flask("database", "move", url)
    assert (again.returncode, "has rows already" in again.stderr) == (1, True)
    here = switchhook.environment["DATABASE_URL"]
    back = switchhook.flask(
        "database", "move", environment=there | {"MOVE_TO_DATABASE_URL": f"{here}.back"}
    )  # without a password on the command line
    assert back.returncode == 0, back.stderr
    database = Database(f"{here}.back")
    assert {"180", "181"} <= numbers(database)
    database.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://root@localhost/x", "needs sqlite:///"),
        ("sqlite:////nowhere/at/all.db", "/nowhere/at does not exist"),
        ("postgresql+psycopg://nobody:hush-hush@127.0.0.1:1/x", "Connection refused"),
    ],
)
def test_a_target_that_cannot_be_is_a_sentence(switchhook: Switchhook, url: str, said: str) -> None:
    done = switchhook.flask("database", "move", url)
    assert done.returncode == 1
    assert said in done.stderr
    assert "hush-hush" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_move_to_a_file_speaks_of_no_password(switchhook: Switchhook, folder: Path) -> None:
    moved = switchhook.flask("database", "move", f"sqlite:///{folder / 'moved-to.db'}")
    assert moved.returncode == 0, moved.stderr
    assert "Put this into .env and start" in moved.stdout
