"""Checks that the disks have room for what Switchhook and Asterisk write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from sqlalchemy import make_url

from pbx.doctor.findings import Finding
from pbx.services import Services
from settings import Settings

MIN_BYTES = 100 * 1024 * 1024
LARGE = 10 * 1024  # MB, from which on GB say it
MIN_FILES = 100  # that may still be made


def disk(services: Services) -> Iterator[Finding]:
    """Find disks that are nearly full, each once."""
    for folder, what, free in _disks(services.settings):
        if _is_low(free):
            yield Finding(
                "disk",
                f"the disk that holds {folder} is nearly full: {_left(free)} are left",
                f"{what} cannot be written before long; nothing that is there is lost",
                f"make room: df -h {quote(str(folder))} and df -i {quote(str(folder))} show how much is used, du -xh / | "
                "sort -h | tail by what",
            )


class Room(NamedTuple):
    """What is left on the disk with a folder, and whether the doctor would speak of it."""

    folder: Path
    left: str
    is_low: bool


def room(settings: Settings) -> Iterator[Room]:
    """Yield what is left on each disk that something is written to. Raises OSError."""
    for folder, _, free in _disks(settings):
        yield Room(folder, _left(free), _is_low(free))


def _is_low(free: os.statvfs_result) -> bool:
    return free.f_bavail * free.f_frsize < MIN_BYTES or (free.f_files > 0 and free.f_favail < MIN_FILES)


def _disks(settings: Settings) -> Iterator[tuple[Path, str, os.statvfs_result]]:
    """Yield each disk once: a folder on it, what is written there, and what is left. Raises OSError."""
    seen: set[int] = set()
    for folder, what in _folders(settings):
        if folder.is_dir() and (device := folder.stat().st_dev) not in seen:
            seen.add(device)
            yield folder, what, os.statvfs(folder)


def _left(free: os.statvfs_result) -> str:
    """Return what is left; some file systems, such as btrfs, do not count files."""
    files = f" and {free.f_favail:,} files" if free.f_files else ""
    megabytes = free.f_bavail * free.f_frsize // 1024**2
    room = f"{megabytes} MB" if megabytes < LARGE else f"{megabytes // 1024} GB"
    return f"{room}{files}"


def _folders(settings: Settings) -> Iterator[tuple[Path, str]]:
    url = make_url(settings.database_url.get_secret_value())
    if url.get_backend_name() == "sqlite" and url.database:
        yield Path(url.database).absolute().parent, "the database"
    yield settings.asterisk_config_dir, "Asterisk's files"
