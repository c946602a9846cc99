"""Names for processes, by which another one on the same machine knows whether they have ended."""

from __future__ import annotations

import hashlib
import os
import socket
import uuid
from functools import cache
from pathlib import Path

ENDED, ZOMBIE = "ended", ("Z", "X")  # the states of proc(5)


def process_name() -> str:
    """Return a name for a part of this process, by which has_ended() knows the process.

    An id is given to another process some day, and so it comes with when the process started.
    """
    process = f"{os.getpid()}-{_started(os.getpid())}".removesuffix("-")
    return f"{socket.gethostname()[:18]}:{process}:{uuid.uuid4().hex[:8]}:{_process_space()}"


def has_ended(holder: str) -> bool:
    """Return whether the process of that name has certainly ended; of one whose id means nothing here, False."""
    _, process, _, space = (*holder.rsplit(":", 3), "", "", "", "")[:4]
    pid, _, started = process.partition("-")
    if not pid.isdecimal() or not space or space != _process_space():
        return False
    there = _started(int(pid))
    if there == ENDED or (started and there and there != started):
        return True
    try:
        os.kill(int(pid), 0)  # sends nothing; last, as one that ends just now is not to be read of any more
    except ProcessLookupError:
        return True
    except OSError:  # another user's
        pass
    return False


def lives(holder: str) -> bool:
    """Return whether the process of that name certainly lives; of one whose id means nothing here, False."""
    space = holder.rpartition(":")[2]
    return bool(space) and space == _process_space() and not has_ended(holder)


def _started(pid: int) -> str:
    """Return when a process started, in ticks since the machine's start, as hexadecimal; ENDED for one that nobody waited for.

    Empty: it is not known.
    """
    try:
        _, _, fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")
        state, *_, started = fields.split()[:20]  # from the third field of proc(5) to the 22nd
        return ENDED if state in ZOMBIE else f"{int(started):x}"
    except (OSError, ValueError):
        return ""


@cache
def _process_space() -> str:
    """Name where process ids mean the same: this start of this machine, this PID namespace. Empty: unknown."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()
        namespace = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return ""
    return hashlib.sha256(f"{boot}{namespace}".encode()).hexdigest()[:12]
