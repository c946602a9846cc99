"""The two managed files together, and what the administrator wrote around the blocks."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pbx import admin_files, config_files
from pbx.admin_dialplan import AdminDialplan
from pbx.blocks import Blocks
from pbx.by_hand import AdminFiles
from pbx.config_files import ManagedFile, Stamp
from pbx.errors import ConfigFileError
from pbx.remedies import to_read
from settings import Settings


@dataclass(frozen=True)
class Files:
    """pjsip.conf and extensions.conf as they are on disk."""

    pjsip: ManagedFile
    extensions: ManagedFile
    admin: AdminFiles

    @property
    def stamps(self) -> list[Stamp]:
        return [stamp for file in (self.pjsip, self.extensions) if (stamp := file.written_by)]

    @cached_property
    def blocks(self) -> Blocks:
        return Blocks(self.pjsip.block_text(), self.extensions.block_text())


def read(settings: Settings) -> Files:
    """Raises ConfigFileError, also when Asterisk would not see what is written."""
    pjsip = config_files.read(settings.pjsip_path)
    extensions = config_files.read(settings.extensions_path)
    admin = AdminFiles(
        _sections(settings.asterisk_config_dir / "pjsip.conf", pjsip),
        AdminDialplan(_sections(settings.asterisk_config_dir / "extensions.conf", extensions)),
        _others(settings.asterisk_config_dir / "pjsip_wizard.conf"),
        _others(settings.asterisk_config_dir / "sorcery.conf"),
    )
    return Files(pjsip, extensions, admin)


def _sections(root: Path, managed: ManagedFile) -> list[admin_files.Section]:
    target, seen = managed.path.resolve(), set()

    def read_text(path: Path) -> str | None:
        seen.add(path.resolve())
        return managed.by_hand() if path.resolve() == target else _text(path)

    def missing(place: str, pattern: str, optional: bool) -> None:
        _look_behind(Path(pattern))
        if not optional:
            raise ConfigFileError(
                f"{place} includes {pattern}, which does not exist, and Asterisk then loads nothing of {root.name}: "
                "take the line out, or write #tryinclude there"
            )

    sections = admin_files.sections(read_text, root, missing)
    if target not in seen:
        folder = root.parent
        name = managed.path.relative_to(folder) if managed.path.is_relative_to(folder) else managed.path
        raise ConfigFileError(
            f"{root} does not include {managed.path}, so Asterisk would not see it: add the line #include {name}"
        )
    if admin_files.ends_inside_comment(managed.before.decode("utf-8", "replace")):
        raise ConfigFileError(
            f"{managed.path} opens a comment with ;-- and never closes it before Switchhook's lines, which would be "
            "comment, too: close it with --;"
        )
    return sections


def _others(path: Path) -> list[admin_files.Section]:
    """Of a file that need not be there. Raises ConfigFileError when it may not be read."""

    def missing(_place: str, pattern: str, _optional: bool) -> None:
        _look_behind(Path(pattern))

    return admin_files.sections(_text, path, missing)


def _text(path: Path) -> str | None:
    """None where Asterisk sees nothing either. Raises ConfigFileError."""
    with config_files.explained(path, to_read):
        try:
            return path.read_bytes().decode("utf-8", "replace")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None


def _look_behind(pattern: Path) -> None:
    """Raises ConfigFileError where this process may not look, and Asterisk may find files."""
    plain = [folder for folder in reversed(pattern.parents) if not glob.has_magic(str(folder))]
    for path in [*plain, pattern] if plain[-1] == pattern.parent else plain:
        with config_files.explained(path, to_read):
            path.is_dir()  # raises where a folder above may not be passed
    with config_files.explained(plain[-1], to_read):
        if glob.has_magic(str(pattern)) and plain[-1].is_dir():
            next(plain[-1].iterdir(), None)
