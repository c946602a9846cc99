"""Asterisk's configuration files: a managed block in each, the rest byte for byte the administrator's."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

from pbx import safe_files
from pbx.config.managed_files import ManagedFile, Provenance, split
from pbx.config.remedies import to_make, to_own, to_read, user
from pbx.errors import ConfigFileError
from pbx.safe_files import Rights

LOCK_TIMEOUT_SECONDS = 20.0  # a process that was stopped keeps its lock
LOCK_PAUSE = 0.02

Done = Literal["read", "replaced"]
# done → what that needs, in words, and what root has to type
MAY_NOT: Mapping[Done, tuple[str, Callable[[Path], str]]] = {
    "read": ("", to_read),
    "replaced": (" (who must own the file, be in its group, and may write to its folder)", to_own),
}


def read(path: Path) -> ManagedFile:
    """Read one of the files, split at its markers. Raises ConfigFileError."""
    return split(path, content(path))


def content(path: Path) -> bytes:
    """Read a file that is to be replaced. Raises ConfigFileError, also for a symlink."""
    return _content_and_rights(path)[0]


def rights(path: Path) -> Rights:
    """Return who may do what with a file. Raises ConfigFileError, also for a symlink."""
    return _content_and_rights(path)[1]


def _content_and_rights(path: Path) -> tuple[bytes, Rights]:
    with explained(path):
        refuse_symlink(path)
        return safe_files.read(path)


def refuse_symlink(path: Path) -> None:
    """Raise ConfigFileError for a symlink."""
    if path.is_symlink():
        target = path.resolve()
        raise ConfigFileError(
            f"{path} is a symlink, and replacing it would cut it off from {target}: "
            f"point ASTERISK_CONFIG_DIR, or PJSIP_CONF, EXTENSIONS_CONF or VOICEMAIL_CONF, at {target}"
        )


@contextmanager
def staged(managed: ManagedFile, text: str, provenance: Provenance) -> Iterator[Callable[[], None]]:
    """Write the new file beside the old one, and yield the function that replaces it, all or nothing.

    Owner, mode and attributes stay. Raises ConfigFileError; the file is then as it was.
    """
    if managed.has(text, provenance):
        yield lambda: None
        return
    with staged_content(managed.path, managed.content, managed.written(text, provenance)) as replace:
        yield replace


@contextmanager
def all_staged(
    files: Sequence[tuple[ManagedFile, str]], provenance: Provenance
) -> Iterator[Sequence[Callable[[], None]]]:
    """Do the same for each file and its text; yield their functions. Raises ConfigFileError."""
    with ExitStack() as stack:
        yield [stack.enter_context(staged(managed, text, provenance)) for managed, text in files]


@contextmanager
def staged_content(path: Path, before: bytes, after: bytes) -> Iterator[Callable[[], None]]:
    """Do the same for all of a file. `before`: what it must hold to be replaced. Raises ConfigFileError."""
    with staged_whole(path, after, _unchanged(path, before)) as replace:
        yield lambda: _replace(path, before, replace)


@contextmanager
def staged_whole(path: Path, content: bytes, rights: Rights | None) -> Iterator[Callable[[], None]]:
    """Prepare a replacement as staged() does, of all of a file, which need not be there."""
    with ExitStack() as stack:
        with explained(path):
            folder = stack.enter_context(safe_files.folder(path.parent))
            move = stack.enter_context(safe_files.replacement(folder, path.name, content, rights))
        yield lambda: _move(path, move)


def _unchanged(path: Path, before: bytes) -> Rights:
    """Return the rights of a file that still has this content."""
    there, found = _content_and_rights(path)
    if there != before:
        raise ConfigFileError(f"{path} was edited by somebody else at this moment; their edit is kept")
    return found


def _replace(path: Path, before: bytes, replace: Callable[[], None]) -> None:
    _unchanged(path, before)
    replace()


def _move(path: Path, move: Callable[[], None]) -> None:
    with explained(path):
        move()


def remove_leftovers(path: Path) -> None:
    """Remove temporary files of a process that was killed: only one that holds the lock writes, so nobody needs them."""
    with safe_files.folder(path.parent) as folder:
        safe_files.remove_leftovers(folder, path.name)


@contextmanager
def locked(folder: Path, seconds: float | None = None) -> Iterator[None]:
    """Lock the folder: one writer at a time, over threads and processes; a killed one loses it.

    `seconds`: how long to wait for another, LOCK_TIMEOUT_SECONDS if None. Raises ConfigFileError when there is no such
    folder, or another keeps it for longer.
    """
    seconds = LOCK_TIMEOUT_SECONDS if seconds is None else seconds
    with explained(folder, "read"):
        if not folder.is_dir():
            raise ConfigFileError(
                f"{folder} does not exist: check ASTERISK_CONFIG_DIR, the folder of Asterisk's files"
            )
        descriptor = os.open(folder, os.O_RDONLY)
    try:
        _acquire(folder, descriptor, seconds)
        yield
    finally:
        os.close(descriptor)


def _acquire(folder: Path, descriptor: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise ConfigFileError(
                    f"{folder} has been locked by another process for {seconds:.0f} seconds{_holder(descriptor)}: "
                    "Switchhook itself, while Asterisk reloads a great many extensions, or a process that hangs or was "
                    "stopped, which you may end"
                ) from None
            time.sleep(LOCK_PAUSE)


def _holder(descriptor: int) -> str:
    """Name the process as Linux does; empty where it does not."""
    inode = f":{os.fstat(descriptor).st_ino}"
    try:
        rows = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    except OSError:
        return ""
    pids = [row[4] for row in rows if len(row) > 5 and row[1] == "FLOCK" and row[5].endswith(inode)]
    return f" (process {pids[0]})" if pids and pids[0].isdigit() and pids[0] != "0" else ""


@contextmanager
def explained(path: Path, done: Done = "replaced") -> Iterator[None]:
    """Raise ConfigFileError, with what to do about it, for an error of the system. `done`: what was to be done."""
    try:
        yield
    except FileNotFoundError:
        raise ConfigFileError(
            f"{path} does not exist: check ASTERISK_CONFIG_DIR, PJSIP_CONF, EXTENSIONS_CONF and VOICEMAIL_CONF, "
            f"or make an empty one: {to_make(path)}"
        ) from None
    except PermissionError:
        needs, remedy = MAY_NOT[done]
        raise ConfigFileError(f"{path} may not be {done} by {user()}{needs}: {remedy(path)}") from None
    except OSError as error:
        raise ConfigFileError(
            f"{path} cannot be read or replaced ({error.strerror}): {_advice(path, error)}"
        ) from None


def _advice(path: Path, error: OSError) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return f"make room on the disk or quota that holds {path.parent}; the file is as it was"
        case errno.EROFS:
            return f"if systemd runs Switchhook, name {path.parent} in ReadWritePaths= of its units, else remount it writable"
        case errno.EISDIR:
            return "PJSIP_CONF, EXTENSIONS_CONF and VOICEMAIL_CONF need a file each"
    return "the log of the system may say why; the file is as it was"
