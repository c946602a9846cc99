"""Makes the changes: each file all or nothing, and none that somebody has changed since it was looked at."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from shlex import join, split

from installation.changes import Account, Change, File, Folder
from installation.tree import Tree
from pbx import config_files
from pbx.errors import ConfigFileError

ROOT = 0


def apply(changes: Iterable[Change], tree: Tree, config_dir: Path) -> None:
    """Make them in order, with the lock under which Switchhook writes to Asterisk's folder. Raises ConfigFileError."""
    with config_files.locked(tree.at(config_dir)):
        for change in changes:
            with config_files.explained(tree.at(getattr(change, "path", config_dir))):
                _make(change, tree)


def _make(change: Change, tree: Tree) -> None:
    match change:
        case Account():
            _make_account(change, tree)
        case Folder():
            _make_folder(change, tree)
        case File():
            _make_file(change, tree)


def _make_account(account: Account, tree: Tree) -> None:
    """Make it on the machine itself; a scratch root has no users of its own yet."""
    command = join(account.command)
    if tree.is_machine and (reason := run(command)):
        raise ConfigFileError(f"{command} failed: {reason}")


def run(command: str) -> str | None:
    """Run a command, and return why it failed; None: it did not."""
    try:
        done = subprocess.run(split(command), check=False, capture_output=True, text=True)
    except OSError as error:
        return str(error.strerror)
    return (done.stderr or done.stdout).strip() or f"exit code {done.returncode}" if done.returncode else None


def _make_folder(folder: Folder, tree: Tree) -> None:
    at = tree.at(folder.path)
    at.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(at, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _own(descriptor, folder.user, folder.group, tree)
        os.fchmod(descriptor, folder.mode)
    finally:
        os.close(descriptor)


def _own(descriptor: int, user: str, group: str, tree: Tree) -> None:
    """Give it to user and group, if they are known where it is, and this process is root."""
    user_id, group_id = tree.user_id(user), tree.group_id(group)
    if os.geteuid() == ROOT and user_id is not None and group_id is not None:
        os.fchown(descriptor, user_id, group_id)


def _make_file(file: File, tree: Tree) -> None:
    at = tree.at(file.path)
    at = at if file.is_new else at.resolve()
    at.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{at.name}.switchhook-"
    for leftover in at.parent.glob(f"{prefix}*"):  # of a run that was killed
        leftover.unlink(missing_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=prefix, dir=at.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(file.after)
            opened.flush()
            if file.is_new:
                _own(opened.fileno(), file.user, file.group, tree)
                os.fchmod(opened.fileno(), file.mode)
            else:
                _keep(at, temporary, opened.fileno())
            os.fsync(opened.fileno())
        _take_place(temporary, at, file)
    finally:
        temporary.unlink(missing_ok=True)


def _keep(old: Path, new: Path, descriptor: int) -> None:
    """Give the new file the owner, mode and attributes of the old one."""
    status = old.stat()
    if os.geteuid() == ROOT:
        os.fchown(descriptor, status.st_uid, status.st_gid)
    shutil.copystat(old, new)
    os.utime(descriptor)


def _take_place(temporary: Path, at: Path, file: File) -> None:
    there = at.read_bytes() if at.exists() else None
    if there != file.before:
        raise ConfigFileError(
            f"{at} was edited by somebody else at this moment; their edit is kept. Run this again"
        )
    temporary.replace(at)
    config_files.sync_folder(at.parent)
