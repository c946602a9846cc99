"""Checks that the disks have room for what Switchhook and Asterisk write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from sqlalchemy import make_url

from pbx.doctor.findings import Finding
from pbx.services import Services
from settings import Settings

MIN_BYTES = 100 * 1024 * 1024
MIN_FILES = 100  # that may still be made


def disk(services: Services) -> Iterator[Finding]:
    """Find disks that are nearly full, each once."""
    seen: set[int] = set()
    for folder, what in _folders(services.settings):
        if not folder.is_dir() or (device := folder.stat().st_dev) in seen:
            continue
        seen.add(device)
        free = os.statvfs(folder)
        if free.f_bavail * free.f_frsize < MIN_BYTES or (free.f_files > 0 and free.f_favail < MIN_FILES):
            yield Finding(
                "disk",
                f"the disk that holds {folder} is nearly full: {_left(free)} are left",
                f"{what} cannot be written before long; nothing that is there is lost",
                f"make room: df -h {quote(str(folder))} and df -i {quote(str(folder))} show how much is used, du -xh / | "
                "sort -h | tail by what",
            )


def _left(free: os.statvfs_result) -> str:
    """Return what is left; some file systems, such as btrfs, do not count files."""
    files = f" and {free.f_favail} files" if free.f_files else ""
    return f"{free.f_bavail * free.f_frsize // 1024**2} MB{files}"


def _folders(settings: Settings) -> Iterator[tuple[Path, str]]:
    url = make_url(settings.database_url.get_secret_value())
    if url.get_backend_name() == "sqlite" and url.database:
        yield Path(url.database).absolute().parent, "the database"
    yield settings.asterisk_config_dir, "Asterisk's files"
