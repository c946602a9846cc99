"""Where the processes of one machine count together: files in the folder that PROMETHEUS_MULTIPROC_DIR names.

They are prometheus-client's, one set for each process. Here a process takes the first set that no living one has, and
counts on in it: whichever process is killed or started anew, sums never shrink, and there are no more sets than there
were processes at once. (The library names them by process ID: each restart would leave a set behind.)

All of their space is allocated at the start: a process that writes to a page of such a file for which a full disk has
no room is killed.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict

log = logging.getLogger("switchhook.metrics")

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # the library reads it, too
PREFIXES = ("counter", "histogram", "gauge_max")  # the library's, for the kinds of instruments that there are
FILE_BYTES = 1 << 20  # a test holds all series that there can be to it
MOST_PROCESSES = 64


@dataclass(frozen=True)
class CountingPlace:
    """Where this process counts. `folder`: shared with others; None: in its own memory.

    `is_complete`: what is read there is of all processes that are to count together.
    """

    value_class: Any
    folder: Path | None
    is_complete: bool


def prepare() -> CountingPlace:
    """Return where to count; in memory, too, where the files cannot be had: what is counted matters more than counts."""
    name = os.environ.get(VARIABLE)
    if not name:
        return CountingPlace(values.MutexValue, None, is_complete=True)
    try:
        number = _take_number(Path(name))
        for prefix in PREFIXES:
            _allocate(Path(name) / f"{prefix}_{number}.db")
    except OSError as error:
        # Before logs are set up for JSON, extra fields would not be written.
        log.warning("nothing is counted for /metrics in %s: %s", name, error.strerror)
        return CountingPlace(values.MutexValue, None, is_complete=False)
    return CountingPlace(values.MultiProcessValue(lambda: number), Path(name), is_complete=True)


def _take_number(folder: Path) -> int:
    """Return the first number that no living process has, and keep it until this one ends. Raises OSError."""
    for number in range(MOST_PROCESSES):
        lock = os.open(folder / f"{number}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return number  # the kernel unlocks it when the process ends, however it does
        os.close(lock)
    raise OSError(0, f"{MOST_PROCESSES} processes count there already")


def _allocate(path: Path) -> None:
    """Make a file of FILE_BYTES that needs no more room, with the counts that are in it. Raises OSError."""
    if not _is_readable(path):
        path.unlink()
    file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        os.posix_fallocate(file, 0, FILE_BYTES)
    finally:
        os.close(file)


def _is_readable(path: Path) -> bool:
    """Return whether the library can read it, as far as it is there. Raises OSError."""
    if not path.exists():
        return True
    with path.open("rb") as file:
        used = int.from_bytes(file.read(4), sys.byteorder, signed=True)
    if not 0 <= used <= FILE_BYTES:
        return False
    try:
        return not used or all(json.loads(key) for key, *_ in MmapedDict.read_all_values_from_file(path))
    except Exception:  # of a file with anything in it, the library raises anything
        return False
