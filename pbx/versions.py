"""Keeps the last versions of the two files, in a hidden folder beside them, which no `#include` with a glob reads.

Every step may be the last one before a crash: a version is complete when its folder has its name.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from shlex import quote

from pydantic import ValidationError

from models.types import now
from pbx import config_files
from pbx.config import version_history
from pbx.config.managed_files import ManagedFile
from pbx.config.remedies import user
from pbx.config.version_history import ORIGINAL, FilePair, KeptVersion, LastWrite
from pbx.errors import ConfigFileError
from settings import Settings

FOLDER = ".switchhook-versions"
TEMPORARY = ".new-"
ABOUT, LAST_WRITE = "about.json", "last-write.json"
NAMES = FilePair._fields  # of the files of a version: none ends like a configuration file


def folder_of(settings: Settings) -> Path:
    return settings.pjsip_path.parent / FOLDER


def current(settings: Settings) -> FilePair:
    """Return both files as they are. Raises ConfigFileError."""
    return FilePair(*map(_content, _paths(settings)))


def keep(settings: Settings, replaced: FilePair, by: LastWrite, numbers: Sequence[str] = ()) -> None:
    """Keep a state of both files that is about to be replaced, and note by what.

    `numbers`: the extensions whose lines somebody changed. Only while the folder of Asterisk is locked. Raises
    ConfigFileError; nothing was replaced then.
    """
    with _explained(settings):
        folder, kept = _made(settings), listed(settings)
        last = last_write(settings)
        if version := version_history.next_version(kept, last, replaced, now(), numbers):
            _store(settings, folder, version, replaced)
            for each in version_history.surplus([*kept, version]):
                shutil.rmtree(folder / each.name)
        _write(settings.pjsip_path, folder / LAST_WRITE, by.model_dump_json().encode())


def listed(settings: Settings) -> list[KeptVersion]:
    """Return the versions that are kept, the oldest first. Raises ConfigFileError."""
    folder = folder_of(settings)
    with _explained(settings):
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    versions = [name for name in names if name == ORIGINAL or name.isdecimal()]
    versions.sort(key=lambda name: 0 if name == ORIGINAL else int(name))
    return [version for name in versions if (version := _about(settings, name))]


def read(settings: Settings, version: KeptVersion) -> FilePair:
    """Return the files of a version. Raises ConfigFileError, also when they are not as they were kept."""
    with _explained(settings):
        pair = FilePair(*map(_content, paths_of(settings, version)))
    if version_history.digests(pair) != version.digests:
        raise ConfigFileError(
            f"{folder_of(settings) / version.name} is not as Switchhook kept it: take another version"
        )
    return pair


def paths_of(settings: Settings, version: KeptVersion) -> tuple[Path, Path]:
    """Return where the files of a version are kept."""
    folder = folder_of(settings) / version.name
    return folder / NAMES[0], folder / NAMES[1]


def last_write(settings: Settings) -> LastWrite | None:
    with _explained(settings):
        text = _content(folder_of(settings) / LAST_WRITE)
    try:
        return LastWrite.model_validate_json(text) if text else None
    except ValidationError:
        return None


def is_restored(settings: Settings, pjsip: ManagedFile) -> bool:
    """Return whether the block is that of a version that was restored, and that nobody has written since."""
    last = None
    with suppress(ConfigFileError):  # keep() has the same, and says so
        last = last_write(settings)
    if last is None or not last.restored:
        return False
    return version_history.digests(FilePair(pjsip.content, None)).pjsip.block == last.digests.pjsip.block


def _about(settings: Settings, name: str) -> KeptVersion | None:
    """Return None where somebody damaged it; whoever can read it finds the files all the same."""
    with _explained(settings):
        text = _content(folder_of(settings) / name / ABOUT)
    try:
        return KeptVersion.model_validate_json(text) if text else None
    except ValidationError:
        return None


def _made(settings: Settings) -> Path:
    """Return the folder, for the owner of pjsip.conf alone, without what a killed process left in it."""
    folder = folder_of(settings)
    folder.mkdir(mode=0o700, exist_ok=True)
    _give(folder, settings.pjsip_path)
    for leftover in folder.glob(f"{TEMPORARY}*"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    return folder


def _store(settings: Settings, folder: Path, version: KeptVersion, files: FilePair) -> None:
    temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=folder))
    try:
        _give(temporary, settings.pjsip_path)
        for name, path, content in zip(NAMES, _paths(settings), files, strict=True):
            if content is not None:
                _write(path, temporary / name, content)
        _write(settings.pjsip_path, temporary / ABOUT, version.model_dump_json().encode())
        config_files.sync_folder(temporary)
        shutil.rmtree(folder / version.name, ignore_errors=True)  # what somebody damaged
        temporary.rename(folder / version.name)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    config_files.sync_folder(folder)


def _write(like: Path, path: Path, content: bytes) -> None:
    """Write a file all or nothing, with the owner and mode of `like`, or for this user alone where that is not there."""
    descriptor, name = tempfile.mkstemp(prefix=TEMPORARY, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            _give(temporary, like)
            os.fsync(file.fileno())
        if like.exists():
            shutil.copymode(like, temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _give(path: Path, like: Path) -> None:
    """Give it to the owner and group of `like`, as far as this user may: root's commands run beside the service's."""
    with suppress(FileNotFoundError):
        wanted, got = like.stat(), path.stat()
        if (wanted.st_uid, wanted.st_gid) != (got.st_uid, got.st_gid):
            os.chown(path, wanted.st_uid, wanted.st_gid)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _paths(settings: Settings) -> tuple[Path, Path]:
    return settings.pjsip_path, settings.extensions_path


@contextmanager
def _explained(settings: Settings) -> Iterator[None]:
    """Raise ConfigFileError, with what to do about it, for an error of the system."""
    folder = folder_of(settings)
    try:
        yield
    except PermissionError:
        raise ConfigFileError(
            f"{folder}, where earlier versions of the files are kept, may not be read and written by {user()}, and "
            f"nothing is replaced that is not kept: as root, install -d -o {user()} -m 700 {quote(str(folder))} && "
            f"chown -R {user()} {quote(str(folder))}"
        ) from None
    except OSError as error:
        raise ConfigFileError(
            f"{folder} cannot take the version that would be replaced ({error.strerror}): make room on its disk or "
            "quota, or see what the log of the system says; nothing was changed"
        ) from None
