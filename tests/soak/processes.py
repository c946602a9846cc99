"""Processes as systemd keeps them, and what /proc says of them."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.asterisk_bed.process import spawn
from tests.server import PROJECT
from tests.soak.record import Record

RESTART_SECONDS = 2.0
STOP_SECONDS = 90.0  # systemd's TimeoutStopSec


class Unit:
    """A process that is started again after it ended, as with Restart=always; what is left of its group is killed first."""

    def __init__(
        self, name: str, argv: Sequence[str], environment: Mapping[str, str], log: Path, record: Record
    ) -> None:
        self.name = name
        self._argv, self._environment, self._log, self._record = list(argv), dict(environment), log, record
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name=name, daemon=True)

    @property
    def pid(self) -> int:
        """The id of the process that is there now, or was last."""
        return self._process.pid if self._process else 0

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self._thread.start()

    def family(self) -> list[int]:
        """Return the ids of the process and its children."""
        return [self.pid, *children(self.pid)] if self.is_running else []

    def stop(self) -> None:
        """End it in order, and for good."""
        self._stopping.set()
        send(self.family(), signal.SIGCONT)
        send([self.pid], signal.SIGTERM)
        self._thread.join(STOP_SECONDS)
        self._kill_group()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            with self._log.open("ab") as log:
                self._process = process = spawn(
                    self._argv, cwd=PROJECT, env=self._environment, stdout=log, stderr=log
                )
            self._record.note("started", unit=self.name, pid=process.pid)
            code = process.wait()
            self._kill_group()
            self._record.note("ended", unit=self.name, pid=process.pid, code=code)
            self._stopping.wait(RESTART_SECONDS)

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def send(pids: Sequence[int], number: int) -> None:
    """Send a signal to each that is still there."""
    for pid in pids:
        with suppress(ProcessLookupError):
            if pid > 0:
                os.kill(pid, number)


def children(pid: int) -> list[int]:
    """Return the ids of all that descend from a process, the nearest first."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(each) for each in path.read_text().split()]
    return found + [each for child in found for each in children(child)]


def figures(pid: int) -> tuple[float, int, int] | None:
    """Return resident memory in MB, threads and open files of a process; None: it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return None
    values = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    if "VmRSS" not in values:
        return None
    return int(values["VmRSS"].split()[0]) / 1024, int(values["Threads"]), files
