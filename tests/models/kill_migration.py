"""Kill a migration of a SQLite database (-9) at random moments, then run it again to its end.

A process of its own, as it forks: `python -m tests.models.kill_migration FILE upgrade|downgrade REVISION KILLS`.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, event

from tests.models import migrating


class Steps:
    """The steps of SQLite's virtual machine so far: many within a statement, and some between two."""

    def __init__(self) -> None:
        self.count = 0
        self.last = 0  # 0: none is

    def step(self) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


STEPS = Steps()


@event.listens_for(Engine, "connect")
def count_steps(connection: sqlite3.Connection, _entry: object) -> None:
    connection.set_progress_handler(STEPS.step, 1)


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def kill(path: Path, direction: str, revision: str, moment: int) -> None:
    """Run the migration in a child process that does not survive that step."""
    if child := os.fork():
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"step {moment} never came"
        return
    STEPS.last = STEPS.count + moment
    migrating.run(f"sqlite:///{path}", direction, revision)
    os._exit(0)


def main(path: Path, direction: str, revision: str, kills: int) -> None:
    before, whole = dump(path), path.with_name("whole.db")
    shutil.copy(path, whole)
    migrating.run(f"sqlite:///{whole}", direction, revision)
    expected = dump(whole)
    assert expected != before
    for moment in random.sample(range(1, STEPS.count), kills):
        kill(path, direction, revision, moment)
        assert dump(path) == before, f"killed at step {moment}"
    migrating.run(f"sqlite:///{path}", direction, revision)
    assert dump(path) == expected


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
