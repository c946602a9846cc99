"""The version before, out of this repository's own history, to run on this version's tables beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import PROJECT, TEST_KEY, Switchhook

# The version before: the commit of the latest release, or, before there is one, the first that works on newer tables.
BEFORE = "26bbc38045e3a6ff4350547a639d24aff7fdf657"
REMEDY = (
    f"the test of two versions needs commit {BEFORE[:12]} of this repository's history: in a shallow clone run "
    "git fetch --unshallow, and without any history test in a clone made by git"
)


def unpack(folder: Path) -> Path:
    """Unpack the version before into a folder, and return that.

    Skips the test in a checkout that has no history, a tarball's or a shallow clone; fails it where history lacks the commit.
    """
    archive = subprocess.run(["git", "archive", BEFORE], cwd=PROJECT, capture_output=True)
    if archive.returncode and not _has_history():
        pytest.skip(REMEDY)
    assert archive.returncode == 0, archive.stderr.decode()
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    return folder


def _has_history() -> bool:
    asked = ["git", "rev-parse", "--is-shallow-repository"]
    return subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True).stdout.strip() == "false"


def upgrade(project: Path, database_url: str) -> subprocess.CompletedProcess[str]:
    """Run `alembic upgrade head` as the version in that folder does."""
    environment = os.environ | {"DATABASE_URL": database_url, "SECRET_KEY": TEST_KEY}
    command = [sys.executable, "-m", "alembic", "upgrade", "head"]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)


class OlderSwitchhook(Switchhook):
    """Switchhook of the version in `project`; its processes import that one's modules."""

    is_preloaded = False
