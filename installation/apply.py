"""Makes the changes: each file all or nothing, and none that somebody has changed since it was looked at."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from shlex import join, split

from installation.changes import Account, Change, File, Folder
from installation.tree import Tree
from pbx import config_files, safe_files
from pbx.errors import ConfigFileError
from pbx.safe_files import Rights

ROOT = 0


def apply(changes: Iterable[Change], tree: Tree, config_dir: Path) -> None:
    """Make them in order, with the lock under which Switchhook writes to Asterisk's folder. Raises ConfigFileError."""
    with config_files.locked(tree.at(config_dir)):
        for change in changes:
            with config_files.explained(tree.at(getattr(change, "path", config_dir))):
                _make(change, tree, config_dir)


def _make(change: Change, tree: Tree, config_dir: Path) -> None:
    match change:
        case Account():
            _make_account(change, tree)
        case Folder():
            _make_folder(change, tree, config_dir)
        case File():
            _make_file(change, tree, config_dir)


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


def _make_folder(folder: Folder, tree: Tree, config_dir: Path) -> None:
    at = tree.at(folder.path)
    with safe_files.folder_below(at, _trusted(at, tree, config_dir)) as descriptor:
        safe_files.own(descriptor, *_ids(folder.user, folder.group, tree))
        os.fchmod(descriptor, folder.mode)


def _trusted(at: Path, tree: Tree, config_dir: Path) -> Path:
    """Return the folder below which no link is followed.

    Asterisk's user may have put one into its own folder, and one in a scratch root may lead out of it.
    """
    if at.is_relative_to(tree.at(config_dir)):
        return tree.at(config_dir)
    if not tree.is_machine:
        return tree.root
    return next(folder for folder in at.parents if folder.exists())


def _ids(user: str, group: str, tree: Tree) -> tuple[int, int]:
    """Return their numbers; -1 leaves it as it is, where they are not known yet or this process is not root."""
    user_id, group_id = tree.user_id(user), tree.group_id(group)
    if os.geteuid() != ROOT or user_id is None or group_id is None:
        return -1, -1
    return user_id, group_id


def _make_file(file: File, tree: Tree, config_dir: Path) -> None:
    at = tree.at(file.path)
    if tree.is_machine and not file.is_new and not at.is_relative_to(config_dir):
        at = at.resolve()
    with safe_files.folder_below(at.parent, _trusted(at, tree, config_dir)) as folder:
        rights = _rights(file, _unchanged(folder, at, file), tree)
        with safe_files.replacement(folder, at.name, file.after, rights) as replace:
            _unchanged(folder, at, file)
            replace()


def _rights(file: File, there: Rights | None, tree: Tree) -> Rights:
    """Return who may do what with the new file."""
    user, group = _ids(file.user, file.group, tree)
    if there is None:
        return Rights(user, group, file.mode)
    if file.is_secret and there.mode & ~file.mode:
        return Rights(there.user, group, file.mode)
    return there


def _unchanged(folder: int, at: Path, file: File) -> Rights | None:
    """Return the rights of the file; None: it is not there yet. Raises ConfigFileError if it is not as it was."""
    there, rights = None, None
    with suppress(FileNotFoundError):
        there, rights = safe_files.read(at.name, folder)
    if there != file.before:
        raise ConfigFileError(
            f"{at} was edited by somebody else at this moment; their edit is kept. Run this again"
        )
    return rights
