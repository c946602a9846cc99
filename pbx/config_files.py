"""Asterisk's configuration files: a managed block in each, the rest byte for byte the administrator's."""

from __future__ import annotations

import errno
import glob
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from pbx import folder_lock
from pbx.admin_files import BLOCK
from pbx.errors import ConfigFileError
from pbx.remedies import to_make, to_own, to_read, user

# The newline before the first marker is ours, so that a file without a final newline comes back as it was.
BEGIN = (
    b"\n; >>> Switchhook writes the lines from here to its closing mark. Change them with /ext in Slack.\n"
)
END = b"; <<< Switchhook ends here.\n"
STAMP = re.compile(rb"; Written by database ([0-9a-f-]{36})(?:, write ([0-9]{1,18}))?\n")
Done = Literal["read", "replaced"]
# What it needs, in words, and what root has to type.
MAY_NOT: Mapping[Done, tuple[str, Callable[[Path], str]]] = {
    "read": ("", to_read),
    "replaced": (" (who must own the file, be in its group, and may write to its folder)", to_own),
}


class Stamp(NamedTuple):
    """Which database wrote a block, and how many times it had written by then."""

    identity: str
    writes: int = 0

    def __str__(self) -> str:
        return f"; Written by database {self.identity}, write {self.writes}\n"


@dataclass(frozen=True)
class ManagedFile:
    """A file's bytes, split at the markers; `block` is None where there is none yet."""

    path: Path
    before: bytes
    block: bytes | None
    after: bytes

    @property
    def written_by(self) -> Stamp | None:
        """Blocks of older versions do not say."""
        found = STAMP.match(self.block or b"")
        return Stamp(found[1].decode(), int(found[2] or 0)) if found else None

    def is_of(self, stamp: Stamp | None) -> bool:
        """Tell whether that database wrote it, whenever it did."""
        return (self.written_by and self.written_by.identity) == (stamp and stamp.identity)

    def with_block(self, text: str, stamp: Stamp | None = None) -> bytes:
        return self.before + BEGIN + str(stamp or "").encode() + text.encode() + END + self.after

    def by_hand(self) -> str:
        """What the administrator wrote, every line by its number in the file; an empty section stands for the block."""
        lines = 1 if self.block is None else (BEGIN + self.block + END).count(b"\n")
        block = b"\n[" + BLOCK.encode() + b"]" + b"\n" * (lines - 1)
        return (self.before + block + self.after).decode("utf-8", "replace")

    def block_text(self) -> str:
        """Without the line that says who wrote it."""
        block = self.block or b""
        stamp = STAMP.match(block)
        return block[stamp.end() if stamp else 0 :].decode("utf-8", "replace")


def read(path: Path) -> ManagedFile:
    """Raises ConfigFileError."""
    with explained(path):
        if path.is_symlink():
            target = path.resolve()
            raise ConfigFileError(
                f"{path} is a symlink, and replacing it would cut it off from {target}: "
                f"point ASTERISK_CONFIG_DIR, PJSIP_CONF or EXTENSIONS_CONF at {target}"
            )
        content = path.read_bytes()
    return split(path, content)


def split(path: Path, content: bytes) -> ManagedFile:
    """Raises ConfigFileError when the marker lines do not come as one pair, as they were written."""
    before, begin, rest = content.partition(BEGIN)
    block, end, after = rest.partition(END)
    pairs = {content.count(BEGIN.strip()), content.count(END.strip())}
    if pairs == {0}:
        return ManagedFile(path, content, None, b"")
    if pairs != {1} or not (begin and end):
        raise ConfigFileError(
            f"{path} does not have Switchhook's two marker lines as one pair, each on a line of its own: "
            "restore them, or delete both and everything between them"
        )
    return ManagedFile(path, before, block, after)


@contextmanager
def staged(managed: ManagedFile, text: str, stamp: Stamp) -> Iterator[Callable[[], None]]:
    """Everything that can fail is done; the function given puts the new file in the place of the old, all or nothing.

    Owner, mode and attributes stay.

    Raises ConfigFileError; the file is then as it was.
    """
    if managed.block is not None and managed.block_text() == text and managed.is_of(stamp):
        yield lambda: None
        return
    with explained(managed.path):
        _remove_leftovers(managed.path)
        temporary = _write_beside(managed.path, managed.with_block(text, stamp))
    try:
        yield lambda: _put(managed, temporary)
    finally:
        temporary.unlink(missing_ok=True)


def _put(managed: ManagedFile, temporary: Path) -> None:
    with explained(managed.path):
        if read(managed.path) != managed:
            raise ConfigFileError(
                f"{managed.path} was edited by somebody else at this moment; their edit is kept"
            )
        temporary.replace(managed.path)
        _sync_folder(managed.path.parent)


def _remove_leftovers(path: Path) -> None:
    """Of a process that was killed. Only one that holds the lock writes, so nobody needs them."""
    for leftover in path.parent.glob(f"{glob.escape(_temporary_prefix(path))}*"):
        leftover.unlink(missing_ok=True)


def _temporary_prefix(path: Path) -> str:
    return f".{path.name}.switchhook-"


def _write_beside(path: Path, content: bytes) -> Path:
    descriptor, temporary = tempfile.mkstemp(prefix=_temporary_prefix(path), dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _keep_owner(path, file.fileno())
            file.write(content)
            file.flush()
            shutil.copystat(path, temporary)
            os.utime(file.fileno())
            os.fsync(file.fileno())
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return Path(temporary)


def _keep_owner(path: Path, descriptor: int) -> None:
    wanted, got = path.stat(), os.fstat(descriptor)
    if (wanted.st_uid, wanted.st_gid) == (got.st_uid, got.st_gid):
        return
    os.fchown(descriptor, wanted.st_uid, wanted.st_gid)


def _sync_folder(folder: Path) -> None:
    """Makes the rename itself outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One writer at a time, over threads and processes; a killed one lets go. Locks the folder itself.

    Raises ConfigFileError when there is no such folder, or another keeps it for longer than folder_lock.LONGEST.
    """
    with explained(folder, "read"):
        if not folder.is_dir():
            raise ConfigFileError(
                f"{folder} does not exist: check ASTERISK_CONFIG_DIR, the folder of Asterisk's files"
            )
        descriptor = os.open(folder, os.O_RDONLY)
    try:
        folder_lock.take(folder, descriptor)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def explained(path: Path, done: Done = "replaced") -> Iterator[None]:
    """Turns what the system says into what to do about it. `done`: what was to be done to it."""
    try:
        yield
    except FileNotFoundError:
        raise ConfigFileError(
            f"{path} does not exist: check ASTERISK_CONFIG_DIR, PJSIP_CONF and EXTENSIONS_CONF, "
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
            return "PJSIP_CONF and EXTENSIONS_CONF need a file each"
    return "the log of the system may say why; the file is as it was"
