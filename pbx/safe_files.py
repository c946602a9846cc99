"""Work on files in folders that others may write to, such as root's in Asterisk's.

Whoever owns a folder may put a symlink in place of anything in it, at any moment. So folders and files are opened, a link
is never followed, and owner and rights are given to what is open, not to what has a name.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from pbx.errors import ConfigFileError

FOLDER = os.O_RDONLY | os.O_DIRECTORY
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a FIFO in place of a file is not waited for
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
READ_LINKED = os.O_RDONLY | os.O_NONBLOCK
MAX_BYTES = 50_000_000  # of one file: what is larger is no configuration
PERMISSIONS = 0o777  # without setuid and setgid: what is written is not what had them
# Attributes that may be copied to a file with other content: not security.capability
ATTRIBUTES = ("user.", "system.posix_acl_access", "security.selinux")


@dataclass(frozen=True)
class Rights:
    """Who may do what with a file."""

    user: int
    group: int
    mode: int
    attributes: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, descriptor: int) -> Rights:
        status, attributes = os.fstat(descriptor), {}
        with suppress(OSError):  # the file system has none
            for name in os.listxattr(descriptor):
                if name.startswith(ATTRIBUTES):
                    attributes[name] = os.getxattr(descriptor, name)
        return cls(status.st_uid, status.st_gid, status.st_mode & PERMISSIONS, attributes)

    def give(self, descriptor: int) -> None:
        """Give them to an open file. Raises PermissionError for an owner or group that this process may not give."""
        own(descriptor, self.user, self.group)
        for name, value in self.attributes.items():
            with suppress(OSError):  # as shutil.copystat() has it
                os.setxattr(descriptor, name, value)
        os.fchmod(descriptor, self.mode)


def may_replace(path: Path) -> bool:
    """Return whether this process may put another file in the place of one, with the same owner and group."""
    status = path.stat()
    is_owner = os.geteuid() in (0, status.st_uid)
    has_group = os.geteuid() == 0 or status.st_gid in {os.getegid(), *os.getgroups()}
    return is_owner and has_group and os.access(path.parent, os.W_OK | os.X_OK, effective_ids=True)


def may_write(status: os.stat_result, user: int, groups: Collection[int]) -> bool:
    """Return whether a user may write to a file, by its mode; root may."""
    is_owner, is_in_group = user == status.st_uid, status.st_gid in groups
    bit = stat.S_IWUSR if is_owner else stat.S_IWGRP if is_in_group else stat.S_IWOTH
    return user == 0 or bool(status.st_mode & bit)


def own(descriptor: int, user: int, group: int) -> None:
    """Give an open file or folder to user and group, if it is not theirs. Raises PermissionError."""
    status = os.fstat(descriptor)
    if (status.st_uid, status.st_gid) != (user, group):
        os.fchown(descriptor, user, group)


@contextmanager
def folder(path: Path) -> Iterator[int]:
    """Open a folder; links on the way to it are followed."""
    with _closed(os.open(path, FOLDER)) as descriptor:
        yield descriptor


@contextmanager
def folder_in(parent: int, name: str) -> Iterator[int]:
    """Open a folder in one that is open. Raises OSError for a symlink."""
    with _closed(os.open(name, FOLDER | os.O_NOFOLLOW, dir_fd=parent)) as descriptor:
        yield descriptor


@contextmanager
def folder_below(path: Path, trusted: Path) -> Iterator[int]:
    """Open a folder, made where it is missing, for all to pass whatever the umask is.

    Links are followed on the way to `trusted`; below it they raise OSError.
    """
    with ExitStack() as stack:
        descriptor = stack.enter_context(folder(trusted))
        for name in path.relative_to(trusted).parts:
            is_new = _made(descriptor, name)
            descriptor = stack.enter_context(folder_in(descriptor, name))
            if is_new:
                os.fchmod(descriptor, 0o755)
        yield descriptor


def _made(parent: int, name: str) -> bool:
    """Return whether the folder was missing, and has been made."""
    try:
        os.mkdir(name, dir_fd=parent)
    except FileExistsError:
        return False
    return True


@contextmanager
def _closed(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read(path: Path | str, parent: int | None = None) -> tuple[bytes, Rights]:
    """Return a file's content and rights; a relative path is in `parent`.

    Raises OSError, also for a symlink, and ConfigFileError for what is no regular file, or too large.
    """
    with os.fdopen(os.open(path, READ, dir_fd=parent), "rb") as file:
        return _content(file, path), Rights.of(file.fileno())


def read_linked(path: Path) -> bytes:
    """Return the content of a file that may be a symlink. Raises OSError, ConfigFileError as read() does."""
    with os.fdopen(os.open(path, READ_LINKED), "rb") as file:
        return _content(file, path)


def _content(file: BinaryIO, path: Path | str) -> bytes:
    """Read it all, but nothing that would not end, or that nobody writes."""
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        raise ConfigFileError(
            f"{path} is no regular file (a FIFO or a device, say), and is not read: put a file in its place, or take out "
            "the line that includes it"
        )
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ConfigFileError(
            f"{path} is larger than {MAX_BYTES // 1_000_000} MB, and is not read: take out the line that includes it"
        )
    return content


@contextmanager
def replacement(
    parent: int, name: str, content: bytes, rights: Rights | None
) -> Iterator[Callable[[], None]]:
    """Write a new file beside `name`, and yield the function that puts it there, all or nothing.

    `rights`: None for those of a file that this user alone may read. Only one process may do this at a time, or it takes
    the file of another for that of a process that was killed.
    """
    remove_leftovers(parent, name)
    temporary = f"{_prefix(name)}{token_hex(4)}"
    try:
        with os.fdopen(os.open(temporary, NEW, 0o600, dir_fd=parent), "wb") as file:
            if rights:
                rights.give(file.fileno())
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            yield partial(_put, parent, temporary, file.fileno(), name)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=parent)


def _put(parent: int, temporary: str, descriptor: int, name: str) -> None:
    """Put the file in its place, and make that outlive a power cut."""
    there = os.stat(temporary, dir_fd=parent, follow_symlinks=False)
    if not os.path.samestat(there, os.fstat(descriptor)):
        raise ConfigFileError(
            f"somebody has put another file in the place of {temporary}, which was to become {name}: nothing was replaced. "
            "See who may write to that folder"
        )
    os.replace(temporary, name, src_dir_fd=parent, dst_dir_fd=parent)
    os.fsync(parent)


def remove_leftovers(parent: int, name: str) -> None:
    """Remove what a process that was killed has left beside the file."""
    for leftover in os.listdir(parent):
        if leftover.startswith(_prefix(name)):
            os.unlink(leftover, dir_fd=parent)


def _prefix(name: str) -> str:
    return f".{name}.switchhook-"
