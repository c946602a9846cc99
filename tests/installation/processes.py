"""The processes of an installation, started as its systemd units do: in the program's folder, with what `.env` says."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import requests

from settings import Settings
from tests.asterisk_bed.process import end, is_stopped, spawn
from tests.waiting import wait_for

SECONDS = 60.0  # until a process that starts has answered
COMMANDS = {
    "switchhook-web": [sys.executable, "-m", "gunicorn", "app:app"],
    "switchhook-listener": [sys.executable, "-m", "flask", "listen"],
}


def environment() -> dict[str, str]:
    """This process's, without settings."""
    names = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name not in names}


class Processes:
    """By the names of their units."""

    def __init__(self, program: Path, port: int, log: Path, variables: Callable[[], dict[str, str]]) -> None:
        self._program = program
        self._port = port
        self._log = log
        self._variables = variables
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, unit: str) -> None:
        """Start it, and return when it works. Does nothing when it runs."""
        if unit in self._running and self._running[unit].poll() is None:
            return
        begun = self._listening()
        with self._log.open("ab") as log:
            self._running[unit] = spawn(
                COMMANDS[unit], cwd=self._program, env=self._variables(), stdout=log, stderr=log
            )
        works = self._answers if unit == "switchhook-web" else lambda: self._listening() > begun
        wait_for(works, self._log.read_text)

    def kill(self, unit: str) -> None:
        """Have it gone at once, if it is not already."""
        process = self._running[unit]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    @contextmanager
    def frozen(self, unit: str, database: Path) -> Iterator[None]:
        """Suspend it for a while, at a moment at which it keeps nobody from the database."""
        process = self._running[unit]
        assert process.poll() is None, self._log.read_text()
        while not _is_free(process.pid, database):
            process.send_signal(signal.SIGCONT)
            time.sleep(0.02)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        for process in self._running.values():
            end(process)

    def _answers(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self._port}/healthz", timeout=SECONDS).ok
        except (requests.ConnectionError, requests.Timeout):
            return False

    def _listening(self) -> int:
        return self._log.read_text().count('"message": "listening"') if self._log.exists() else 0


def _is_free(pid: int, database: Path) -> bool:
    """Stop the process, and return whether others can write to the database then."""
    os.kill(pid, signal.SIGSTOP)
    wait_for(lambda: is_stopped(pid))
    with closing(sqlite3.connect(database, timeout=0)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
    return True
