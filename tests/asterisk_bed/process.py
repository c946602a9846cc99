"""Child processes which cannot outlive the tests.

Run as a program, this file is the short first life of such a child: it asks the kernel to be killed with its
parent, then becomes the real program. Popen's `preexec_fn` would do the same, but is unsafe with threads.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1

# The kernel's "parent" is the thread that forked. This one lives as long as the process does.
_forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="asterisk-bed-forker")


def spawn(argv: list[str], **popen: Any) -> subprocess.Popen[bytes]:
    """Start `argv` as a child that the kernel kills when this process ends, however it ends.

    The child leads its own session, so Ctrl-C in the terminal reaches only this process.
    """
    first = [sys.executable, "-I", "-S", __file__, str(os.getpid()), *argv]
    return _forker.submit(_popen, first, popen).result()


def _popen(argv: list[str], options: dict[str, Any]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(argv, start_new_session=True, **options)


def end(process: subprocess.Popen[bytes], signal_number: int = signal.SIGTERM, timeout: float = 10.0) -> None:
    """Send the signal, wait `timeout` seconds, then SIGKILL; the process is gone and reaped afterwards."""
    if process.poll() is None:
        process.send_signal(signal_number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout)
    process.kill()  # does nothing to a process already reaped
    process.wait()


def is_stopped(pid: int) -> bool:
    """Return whether SIGSTOP has reached every thread: the kernel stops them one by one."""
    states = [
        path.read_text().rpartition(")")[2].split()[0] for path in Path(f"/proc/{pid}/task").glob("*/stat")
    ]
    return set(states) == {"T"}


def die_with_parent() -> None:
    """Ask the kernel to kill this process with its parent."""
    with contextlib.suppress(AttributeError):  # Linux alone has prctl
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _become(parent: int, argv: list[str]) -> None:
    die_with_parent()
    if os.getppid() == parent:  # else the parent died before the request was made
        os.execv(argv[0], argv)  # noqa: S606


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])
