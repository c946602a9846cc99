"""Keeps the last versions of the files, in a hidden folder beside them, which no `#include` with a glob reads.

Every step may be the last one before a crash: a version is complete when its folder has its name.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from shlex import quote

from pydantic import ValidationError

import command_lines
from models.types import now
from pbx import config_files, safe_files
from pbx.config import version_history
from pbx.config.managed_files import BEGIN, ManagedFile
from pbx.config.remedies import user
from pbx.config.version_history import ORIGINAL, FileSet, KeptVersion, LastWrite
from pbx.errors import ConfigFileError
from pbx.safe_files import Rights
from settings import Settings

FOLDER = ".switchhook-versions"
TEMPORARY = ".new-"
ABOUT, LAST_WRITE = "about.json", "last-write.json"
NAMES = FileSet._fields  # of the files of a version: none ends like a configuration file


def folder_of(settings: Settings) -> Path:
    return settings.pjsip_path.parent / FOLDER


def current(settings: Settings) -> FileSet:
    """Return the files as they are. Raises ConfigFileError."""
    files = FileSet(*(config_files.content(path) if path.exists() else None for path in _two(settings)))
    return files._replace(voicemail=_voicemail(settings))


def _voicemail(settings: Settings) -> bytes | None:
    """Return voicemail.conf if it has anything of Switchhook's: it need not be there, nor be readable, else."""
    path = settings.voicemail_path
    with suppress(OSError, ConfigFileError):
        content = config_files.content(path) if path.exists() else b""
        return content if BEGIN.strip() in content else None
    return None


def keep(settings: Settings, replaced: FileSet, by: LastWrite, numbers: Sequence[str] = ()) -> None:
    """Keep a state of the files that is about to be replaced, and note by what.

    `numbers`: the extensions whose lines somebody changed. Only while the folder of Asterisk is locked. Raises
    ConfigFileError; nothing was replaced then.
    """
    with _explained(settings), _made(settings) as folder:
        kept, last = listed(settings), _last_write(settings)
        if version := version_history.next_version(kept, last, replaced, now(), numbers):
            _store(settings, folder, version, replaced)
            for each in version_history.surplus([*kept, version]):
                shutil.rmtree(each.name, dir_fd=folder)
        _write(folder, LAST_WRITE, by.model_dump_json().encode(), _rights(settings.pjsip_path))


def listed(settings: Settings) -> list[KeptVersion]:
    """Return the versions that are kept, the oldest first. Raises ConfigFileError."""
    folder = folder_of(settings)
    with _explained(settings):
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    versions = [name for name in names if name == ORIGINAL or name.isdecimal()]
    versions.sort(key=lambda name: 0 if name == ORIGINAL else int(name))
    return [version for name in versions if (version := _about(settings, name))]


def read(settings: Settings, version: KeptVersion) -> FileSet:
    """Return the files of a version. Raises ConfigFileError, also when they are not as they were kept."""
    with _explained(settings):
        files = FileSet(*map(_content, paths_of(settings, version)))
    if version_history.digests(files) != version.digests:
        raise ConfigFileError(
            f"{folder_of(settings) / version.name} is not as Switchhook kept it: take another version"
        )
    return files


def paths_of(settings: Settings, version: KeptVersion) -> list[Path]:
    """Return where the files of a version are kept."""
    return [folder_of(settings) / version.name / name for name in NAMES]


def _last_write(settings: Settings) -> LastWrite | None:
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
        last = _last_write(settings)
    if last is None or not last.restored:
        return False
    return version_history.digests(FileSet(pjsip.content, None)).pjsip.block == last.digests.pjsip.block


def _about(settings: Settings, name: str) -> KeptVersion | None:
    """Return None where somebody damaged it; whoever can read it finds the files all the same."""
    with _explained(settings):
        text = _content(folder_of(settings) / name / ABOUT)
    try:
        return KeptVersion.model_validate_json(text) if text else None
    except ValidationError:
        return None


@contextmanager
def _made(settings: Settings) -> Iterator[int]:
    """Open the folder, for the owner of pjsip.conf alone, without what a killed process left in it."""
    path, owner = folder_of(settings), _rights(settings.pjsip_path)
    with safe_files.folder(path.parent) as parent:
        with suppress(FileExistsError):
            os.mkdir(path.name, mode=0o700, dir_fd=parent)
        _refuse_symlink(path)
        with safe_files.folder_in(parent, path.name) as folder:
            _give(folder, owner, path)
            _remove_leftovers(folder)
            yield folder


def _remove_leftovers(folder: int) -> None:
    for name in os.listdir(folder):
        if name.startswith(TEMPORARY):
            is_folder = stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
            shutil.rmtree(name, dir_fd=folder) if is_folder else os.unlink(name, dir_fd=folder)


def _refuse_symlink(path: Path) -> None:
    if path.is_symlink():
        raise ConfigFileError(
            f"{path}, where earlier versions of the files are kept, is a symlink, and root's commands would give away what it "
            f"leads to: as root, rm {quote(str(path))}; Switchhook makes a folder there"
        )


def _give(folder: int, owner: Rights | None, path: Path) -> None:
    """Give a new folder to the owner of pjsip.conf: root's commands run beside the service's.

    Raises ConfigFileError for one that was there and is another user's: whoever owns pjsip.conf gets nothing of theirs.
    """
    if owner is None or os.fstat(folder).st_uid == owner.user:
        return
    if os.listdir(folder):
        name = command_lines.user_name(owner.user)
        raise ConfigFileError(
            f"{path}, where earlier versions of the files are kept, does not belong to {name}, as pjsip.conf does: "
            f"as root, chown -R {name} {quote(str(path))}"
        )
    safe_files.own(folder, owner.user, owner.group)


def _store(settings: Settings, folder: int, version: KeptVersion, files: FileSet) -> None:
    temporary = f"{TEMPORARY}{token_hex(4)}"
    os.mkdir(temporary, 0o700, dir_fd=folder)
    try:
        with safe_files.folder_in(folder, temporary) as inside:
            _fill(settings, inside, version, files)
        shutil.rmtree(version.name, ignore_errors=True, dir_fd=folder)  # what somebody damaged
        os.rename(temporary, version.name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True, dir_fd=folder)
        raise
    os.fsync(folder)


def _fill(settings: Settings, folder: int, version: KeptVersion, files: FileSet) -> None:
    rights = [
        None if content is None else _rights(path)
        for path, content in zip(paths(settings), files, strict=True)
    ]
    rights[0] = _rights(settings.pjsip_path)
    if rights[0]:
        safe_files.own(folder, rights[0].user, rights[0].group)
    for name, content, each in zip(NAMES, files, rights, strict=True):
        if content is not None:
            _write(folder, name, content, each)
    _write(folder, ABOUT, version.model_dump_json().encode(), rights[0])


def _write(folder: int, name: str, content: bytes, rights: Rights | None) -> None:
    """Write a file all or nothing; no `rights`: for this user alone."""
    with safe_files.replacement(folder, name, content, rights) as replace:
        replace()


def _rights(path: Path) -> Rights | None:
    """Return who may do what with one of the files; None if it is not there."""
    return config_files.rights(path) if path.exists() else None


def _content(path: Path) -> bytes | None:
    try:
        return safe_files.read(path)[0]
    except FileNotFoundError:
        return None


def paths(settings: Settings) -> tuple[Path, ...]:
    """Return the path of each file of a FileSet."""
    return *_two(settings), settings.voicemail_path


def _two(settings: Settings) -> tuple[Path, Path]:
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
