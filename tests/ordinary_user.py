"""Root as an ordinary user for a while, and a folder of that user's."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = NOGROUP = 65534


@contextmanager
def nobody(*groups: int) -> Iterator[None]:
    before = os.getgroups()
    os.setgroups(groups)
    os.setegid(NOGROUP)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(before)


@contextmanager
def folder_of_nobody(name: str) -> Iterator[Path]:
    """Within one that nobody may look into, too; pytest's own are root's alone."""
    with tempfile.TemporaryDirectory(prefix="switchhook-") as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / name
        path.mkdir()
        os.chown(path, NOBODY, NOGROUP)
        yield path
