"""Works out what root has to type so that this process may do to a file what it could not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from command_lines import group_name, user_name

ACCESS = {"r": os.R_OK, "w": os.W_OK, "x": os.X_OK}
NONE = "its attributes or a security module forbid it; look at lsattr, aa-status and the log of the system"


def user() -> str:
    """Return the user of this process: a name, or a number that has none."""
    return user_name(os.geteuid())


def to_read(path: Path) -> str:
    """Return how to let it read a file or folder of others': the owner stays, and nobody loses a right."""
    return _sentence(_first_in_the_way(path) or _grant(path, "rx" if path.is_dir() else "r"))


def to_own(path: Path) -> str:
    """Return how to let it replace a file: it needs to own the file, and to write to its folder; groups stay."""
    return _sentence(
        _first_in_the_way(path) or [*_make_owner(path.parent, "rwx", "rx"), *_make_owner(path, "rw", "r")]
    )


def to_make(path: Path) -> str:
    """Return how to make a missing file."""
    there = next(folder for folder in path.parents if folder.exists())
    as_whom = f"-o {user()} -g {group_name(there.stat().st_gid)}"
    folder = [] if there == path.parent else [f"install -d {as_whom} -m 2750 {quote(str(path.parent))}"]
    return _sentence([*folder, f"install {as_whom} -m 640 /dev/null {quote(str(path))}"])


def _sentence(commands: list[str]) -> str:
    if not commands:
        return NONE
    restart = "; then restart Switchhook" if any(each.startswith("usermod") for each in commands) else ""
    return f"as root, {' && '.join(commands)}{restart}"


def _first_in_the_way(path: Path) -> list[str]:
    """Open the outermost folder that this process cannot pass; what is behind it is unknown."""
    for folder in reversed(path.parents):
        if not _may(folder, "x"):
            return _grant(folder, "x")
    return []


def _grant(path: Path, rights: str) -> list[str]:
    if _may(path, rights):
        return []
    status, name = path.stat(), quote(str(path))
    if status.st_uid == os.geteuid():
        return [f"chmod u+{rights} {name}"]
    return [f"chmod g+{rights} {name}", *_join_group(path, status.st_gid)]


def _make_owner(path: Path, rights: str, group_rights: str) -> Iterator[str]:
    """Let it own the path; the group keeps its right to read, by which Asterisk reads."""
    status, name = path.stat(), quote(str(path))
    is_folder, is_ours = path.is_dir(), status.st_uid == os.geteuid()
    if not is_ours and not (is_folder and _may(path, rights)):
        yield f"chown {user()} {name}"
        yield f"chmod u+{rights},g+{group_rights} {name}"
    elif not _may(path, rights):
        yield f"chmod u+{rights} {name}"
    if not is_folder:
        yield from _join_group(path, status.st_gid)


def _join_group(path: Path, group: int) -> list[str]:
    """Let it be in the group of the path. A file of root's group gets that of its folders first.

    Root's group has no other members, so nobody loses a right; and Asterisk reads by the group of the folders.
    """
    if group in _groups():
        return []
    commands = []
    if group == 0:
        group = next((gid for folder in path.parents if (gid := folder.stat().st_gid)), os.getegid())
        commands = [f"chgrp {group_name(group)} {quote(str(path))}"]
    return commands if group in _groups() else [*commands, f"usermod -aG {group_name(group)} {user()}"]


def _may(path: Path, rights: str) -> bool:
    return all(os.access(path, ACCESS[right], effective_ids=True) for right in rights)


def _groups() -> set[int]:
    return {os.getegid(), *os.getgroups()}
