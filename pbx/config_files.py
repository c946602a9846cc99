"""Asterisk's configuration files: a managed block in each, the rest byte for byte the administrator's."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pbx.errors import ConfigFileError

# The newline before the first marker is ours, so that a file without a final newline comes back as it was.
BEGIN = (
    b"\n; >>> Switchhook writes the lines from here to its closing mark. Change them with /ext in Slack.\n"
)
END = b"; <<< Switchhook ends here.\n"


@dataclass(frozen=True)
class ManagedFile:
    """A file's bytes, split at the markers; `block` is None where there is none yet."""

    path: Path
    before: bytes
    block: bytes | None
    after: bytes

    def with_block(self, text: str) -> bytes:
        return self.before + BEGIN + text.encode() + END + self.after

    def block_text(self) -> str:
        return (self.block or b"").decode("utf-8", "replace")


def read(path: Path) -> ManagedFile:
    """Raises ConfigFileError."""
    with _explained(path):
        if path.is_symlink():
            target = path.resolve()
            raise ConfigFileError(
                f"{path} is a symlink, and replacing it would cut it off from {target}: "
                f"point ASTERISK_CONFIG_DIR, PJSIP_CONF or EXTENSIONS_CONF at {target}"
            )
        content = path.read_bytes()
    return split(path, content)


def split(path: Path, content: bytes) -> ManagedFile:
    """Raises ConfigFileError when the markers do not come as one pair."""
    before, begin, rest = content.partition(BEGIN)
    block, end, after = rest.partition(END)
    if not begin and END not in content:
        return ManagedFile(path, content, None, b"")
    if not (begin and end) or BEGIN in rest or END in after:
        raise ConfigFileError(
            f"{path} does not have Switchhook's two marker lines as one pair: restore the missing one, "
            "or delete both and everything between them"
        )
    return ManagedFile(path, before, block, after)


def replace(managed: ManagedFile, text: str) -> None:
    """Puts `text` between the markers, all or nothing. Owner, mode and attributes stay.

    Raises ConfigFileError; the file is then as it was.
    """
    with _explained(managed.path):
        _replace_bytes(managed.path, managed.with_block(text))


def _replace_bytes(path: Path, content: bytes) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _keep_owner(path, file.fileno())
            file.write(content)
            file.flush()
            shutil.copystat(path, temporary)
            os.utime(file.fileno())
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
    _sync_folder(path.parent)


def _keep_owner(path: Path, descriptor: int) -> None:
    wanted, got = path.stat(), os.fstat(descriptor)
    if (wanted.st_uid, wanted.st_gid) == (got.st_uid, got.st_gid):
        return
    try:
        os.fchown(descriptor, wanted.st_uid, wanted.st_gid)
    except PermissionError:
        raise ConfigFileError(
            f"{path} belongs to {path.owner()}:{path.group()}, and only that user or root can replace it and keep "
            f"it so: run Switchhook as {path.owner()}"
        ) from None


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

    Raises ConfigFileError when there is no such folder.
    """
    with _explained(folder):
        descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turns what the system says into what to do about it."""
    try:
        yield
    except FileNotFoundError:
        raise ConfigFileError(
            f"{path} does not exist: check ASTERISK_CONFIG_DIR, PJSIP_CONF and EXTENSIONS_CONF, "
            f"or make an empty one with: touch {path}"
        ) from None
    except PermissionError as error:
        folder = path.parent if path.suffix else path
        raise ConfigFileError(
            f"{error.filename or path} may not be read or written by this user: run Switchhook as the user that owns "
            f"{folder}, or give this one the right with: setfacl -m u:$USER:rwx {folder}"
        ) from None
    except OSError as error:
        raise ConfigFileError(
            f"{path} cannot be replaced ({error.strerror}): make room on the disk or quota that holds {path.parent}; "
            "the file is as it was"
        ) from None
