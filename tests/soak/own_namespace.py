"""A namespace of mounts of its own, so that small disks can be mounted, and filled: without root, in one of users, too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

MARK = "SWITCHHOOK_SOAK_NAMESPACE"


def enter() -> bool:
    """Run the program again in such a namespace; return whether it is in one. False: this machine does not let us."""
    if MARK not in os.environ:
        _run_again()
    return MARK in os.environ


def _run_again() -> None:
    """Not return, where that can be."""
    words = ["unshare", "--mount"]
    if os.geteuid() != 0:  # PostgreSQL refuses root, so who we are stays, and has the rights to mount there
        words += ["--user", "--map-current-user", "--keep-caps"]
    if shutil.which("unshare") and not subprocess.run([*words, "true"], capture_output=True).returncode:
        os.environ[MARK] = "1"
        os.execvp(words[0], [*words, sys.executable, *sys.orig_argv[1:]])  # noqa: S606 (no shell)


class SmallDisk:
    """A file system of its own, in memory, which can be full."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        size = f"size={megabytes}m,mode=0755"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "soak", str(folder)], check=True)
        self._ballast = folder / ".ballast"

    def fill(self) -> None:
        """Leave no byte free."""
        with self._ballast.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(1 << 20))
        with self._ballast.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)
