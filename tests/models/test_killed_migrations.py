"""A migration of a SQLite database that is killed at any moment is repaired by running it again, with all its rows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from models.database import Database
from tests.models import migrating
from tests.models.migrating import insert
from tests.server import PROJECT

AT = "2026-11-01 12:00"
KILLS = 12


def fill(url: str) -> None:
    """Rows of the extension, employee and outbox tables as they were in 0003."""
    database = Database(url)
    phone = {"context": "c", "transport": "udp", "codecs": "[]", "max_contacts": 1, "qualify_frequency": 60}
    phone |= {"direct_media": False, "enabled": True, "revision": 1, "state": "live", "sealed_secret": "x"}
    person = {"source": "hr", "email": "", "department": "", "stage": "told", "updated_at": AT}
    message = {"open": True, "due": True, "turn": 0, "revision": 1, "attempts": 0, "content": "{}"}
    for number in map(str, range(100, 150)):
        made = {"name": "Alice", "created_at": AT, "updated_at": AT}
        insert(database, "extension", number=number, accepted='{"sealed_secret": "x"}', **phone, **made)
        insert(database, "employee", external_id=number, name="Alice", number=number, **person)
        told = {"channel": "C1", "created_at": AT, "updated_at": AT}
        insert(database, "delivery", subject=f"call:{number}", **message, **told)
    database.close()


@pytest.mark.parametrize(
    ("start", "direction", "end"),
    [("0003", "upgrade", "head"), ("0017", "upgrade", "0018"), ("0016", "downgrade", "0014")],
    ids=["all", "of names", "of a table that is rebuilt"],
)
def test_a_killed_migration_has_done_nothing_and_ends_when_it_is_run_again(
    folder: Path, start: str, direction: str, end: str
) -> None:
    url = f"sqlite:///{folder / 'switchhook.db'}"
    migrating.run(url, "upgrade", "0003")
    fill(url)
    if start != "0003":
        migrating.run(url, "upgrade", start)
    command = [sys.executable, "-m", "tests.models.kill_migration", str(folder / "switchhook.db")]
    done = subprocess.run([*command, direction, end, str(KILLS)], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
