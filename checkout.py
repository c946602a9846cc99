"""Which commit of the repository is checked out, as Git's own files say: no shell is run for it."""

from __future__ import annotations

import re
from pathlib import Path

PROGRAM = Path(__file__).parent
ID = re.compile(r"[0-9a-f]{40,64}")
BRANCH = "ref: "


def commit(folder: Path = PROGRAM) -> str:
    """Return the commit's id; "" where the folder is no checkout, or one of several (git worktree), or its files may not be read."""
    git = folder / ".git"
    try:
        head = (git / "HEAD").read_text().strip()
        found = _of_branch(git, head.removeprefix(BRANCH)) if head.startswith(BRANCH) else head
    except (OSError, UnicodeDecodeError):
        return ""
    return found if ID.fullmatch(found) else ""


def _of_branch(git: Path, name: str) -> str:
    """Return what a branch points to, in a file of its own or packed with others. Raises OSError."""
    if (git / name).exists():
        return (git / name).read_text().strip()
    lines = (git / "packed-refs").read_text().splitlines()
    return next((line.partition(" ")[0] for line in lines if line.endswith(f" {name}")), "")
