"""The lock of Asterisk's folder, waited for no longer than LONGEST."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from pbx.errors import ConfigFileError

LONGEST = 20.0  # seconds
PAUSE = 0.02


def acquire(folder: Path, descriptor: int) -> None:
    """Raises ConfigFileError after LONGEST: a process that was stopped keeps its lock."""
    deadline = time.monotonic() + LONGEST
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise ConfigFileError(
                    f"{folder} has been locked by another process for {LONGEST:.0f} seconds{_holder(descriptor)}: "
                    "Switchhook itself, while Asterisk reloads a great many extensions, or a process that hangs or was "
                    "stopped, which you may end"
                ) from None
            time.sleep(PAUSE)
        else:
            return


def _holder(descriptor: int) -> str:
    """Name the process as Linux does; empty where it does not."""
    inode = f":{os.fstat(descriptor).st_ino}"
    try:
        rows = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    except OSError:
        return ""
    pids = [row[4] for row in rows if len(row) > 5 and row[1] == "FLOCK" and row[5].endswith(inode)]
    return f" (process {pids[0]})" if pids and pids[0].isdigit() and pids[0] != "0" else ""
