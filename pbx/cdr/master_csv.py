"""Reads Master.csv from its end back to a moment: the file may have gigabytes, and what is wanted stands last."""

from __future__ import annotations

import errno
import gzip
import os
import stat
import zlib
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from pbx import safe_files
from pbx.cdr import csv_lines
from pbx.cdr.errors import RecordsUnreadable
from pbx.cdr.record import Offsets, Record, Recorded, located

NAME = "Master.csv"
PACKED, OTHERWISE_PACKED = ".gz", (".bz2", ".xz", ".zst")
FIRST_BYTES, MOST_BYTES = 1 << 18, 1 << 26  # read of one file's end: the first time, and at most
NOWHERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
TRIES = 3  # while files are rotated
OUT_OF_ORDER = (
    3600.0  # seconds by which a line may stand later than those that ended after it: batches, set clocks
)


def read(folder: Path, since: float, fallback: Offsets) -> Recorded:
    """Return what ended after a moment (epoch seconds), in the order written, also from files that were rotated away.

    Raises OSError, RecordsUnreadable.
    """
    for _ in range(TRIES):
        before = _names(folder)
        with suppress(FileNotFoundError):  # one was renamed
            found = _read(folder, since, fallback)
            if _names(folder) == before:
                return found
    raise RecordsUnreadable(f"{folder / NAME} was rotated each time that it was read", may_pass=True)


def _names(folder: Path) -> set[tuple[str, int]]:
    """Return the files by name and inode, which change where one is rotated. Raises OSError."""
    with os.scandir(folder) as entries:
        return {(each.name, each.inode()) for each in entries if each.name.startswith(NAME)}


def _read(folder: Path, since: float, fallback: Offsets) -> Recorded:
    """Do it once: where a file cannot be read, or not all of it, the others are."""
    found, lacking = list[Record](), ""
    for path in _files(folder, since):
        try:
            (rows, why), reaches_back = _tail(path, since, fallback)
        except RecordsUnreadable as error:
            if error.may_pass:
                raise
            (rows, why), reaches_back = Recorded([], str(error)), False
        found, lacking = rows + found, lacking or why
        if reaches_back:
            break
    return Recorded([each for each in found if each.end >= since], lacking)


def _files(folder: Path, since: float) -> list[Path]:
    """Return the file, and of those that were rotated away what was written after a moment, the newest first."""
    older = []
    for path in folder.glob(f"{NAME}[.-]*"):
        with suppress(OSError):  # it has been renamed since, or links to nothing
            status = path.stat()
            if stat.S_ISREG(status.st_mode) and status.st_mtime >= since - OUT_OF_ORDER:
                older.append((status.st_mtime, path))
    rotated = [path for _, path in sorted(older, reverse=True)]
    here = {name for name, _ in _names(folder)}  # links to nothing, too
    return [path for path in (folder / NAME, *rotated) if path.name in here]


def _tail(path: Path, since: float, fallback: Offsets) -> tuple[Recorded, bool]:
    """Return the records of a file's end, and whether they reach back to what ended long enough before."""
    length, rows = FIRST_BYTES, list[Record]()
    while length <= MOST_BYTES:
        text, is_all = _end_of(path, length)
        rows = located(csv_lines.records(text), fallback, since, path.stat().st_mtime)
        if rows and rows[0].end < since - OUT_OF_ORDER:
            return Recorded(rows), True
        if is_all:
            return Recorded(rows), False
        length *= 2
    reason = f"only the last {MOST_BYTES >> 20} MB of {path} were read, and they do not reach back far enough"
    remedy = "see if anything but calls stands there; if not, have logrotate put it aside (maxsize 50M)"
    return Recorded(rows, f"{reason}: {remedy}"), False


def _end_of(path: Path, length: int) -> tuple[str, bool]:
    """Return the whole lines in the last bytes of a file, and whether that is all of it; of a packed one, all."""
    with os.fdopen(_opened(path), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise RecordsUnreadable(f"{path} is no file (a FIFO or a device, say): put a file in its place")
        if path.suffix in (PACKED, *OTHERWISE_PACKED):
            return _unpacked(path, file).decode("utf-8", "replace"), True
        begin = max(0, file.seek(0, os.SEEK_END) - length)
        file.seek(begin)
        text = file.read(length)
    whole = text.partition(b"\n")[2] if begin else text
    return whole.decode("utf-8", "replace"), not begin


def _opened(path: Path) -> int:
    """Open a file. Raises OSError, and RecordsUnreadable for a link that leads nowhere, which is none that was renamed."""
    try:
        return os.open(path, safe_files.READ_LINKED)
    except OSError as error:
        if error.errno not in NOWHERE or not path.is_symlink():
            raise
        reason = f"{path} links to {path.readlink()}, where no file is"
        remedy = "mount what it is on, or have it link to the file that Asterisk writes"
        raise RecordsUnreadable(f"{reason}: {remedy}", may_pass=True) from None


def _unpacked(path: Path, file: BinaryIO) -> bytes:
    """Return what a packed file has. Raises RecordsUnreadable."""
    reason = "is packed otherwise than by gzip"
    if path.suffix == PACKED:
        try:
            content = gzip.GzipFile(fileobj=file).read(MOST_BYTES + 1)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            reason = f"cannot be unpacked ({error})"
        else:
            if len(content) <= MOST_BYTES:
                return content
            reason = f"has more than {MOST_BYTES >> 20} MB when it is unpacked"
    raise RecordsUnreadable(f"{path} {reason}: have delaycompress where logrotate rotates it")
