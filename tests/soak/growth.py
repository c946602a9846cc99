"""Memory, threads and open files of each process over time."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

from tests.soak.processes import figures
from tests.soak.world import World

EVERY_SECONDS = 5.0


class Watch:
    """Looks at every process every few seconds, and keeps what it saw in a file."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._begun = time.monotonic()
        self._file = world.folder / "processes.jsonl"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="watch")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(EVERY_SECONDS + 5)

    def _run(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            with self._file.open("a") as file:
                for pid, name in self._pids().items():
                    if found := figures(pid):
                        at = round(time.monotonic() - self._begun, 1)
                        file.write(json.dumps({"at": at, "pid": pid, "name": name, **_named(found)}) + "\n")

    def _pids(self) -> dict[int, str]:
        asterisk = {self._world.asterisk.pid: "asterisk"} if self._world.asterisk.running else {}
        return self._world.processes() | asterisk

    def samples(self) -> list[dict[str, Any]]:
        return read(self._file)


def _named(found: tuple[float, int, int]) -> dict[str, float]:
    return dict(zip(("memory", "threads", "files"), found, strict=True))


def read(path: Path) -> list[dict[str, Any]]:
    """Return the samples of a file, oldest first."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
