"""The two managed files together, and what the administrator wrote around the blocks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pbx import admin_files, config_files
from pbx.admin_dialplan import AdminDialplan
from pbx.config_files import ManagedFile
from pbx.errors import ConfigFileError
from pbx.wishes import AdminFiles
from settings import Settings


@dataclass(frozen=True)
class Files:
    """pjsip.conf and extensions.conf as they are on disk."""

    pjsip: ManagedFile
    extensions: ManagedFile
    admin: AdminFiles


def read(settings: Settings) -> Files:
    """Raises ConfigFileError, also when Asterisk would not see what is written."""
    pjsip = config_files.read(settings.pjsip_path)
    extensions = config_files.read(settings.extensions_path)
    admin = AdminFiles(
        _sections(settings.asterisk_config_dir / "pjsip.conf", pjsip),
        AdminDialplan(_sections(settings.asterisk_config_dir / "extensions.conf", extensions)),
        admin_files.sections(_text, settings.asterisk_config_dir / "pjsip_wizard.conf"),
        admin_files.sections(_text, settings.asterisk_config_dir / "sorcery.conf"),
    )
    return Files(pjsip, extensions, admin)


def _sections(root: Path, managed: ManagedFile) -> list[admin_files.Section]:
    seen: set[Path] = set()

    def read_text(path: Path) -> str | None:
        seen.add(path)
        if path == managed.path:
            return managed.by_hand()
        return _text(path)

    sections = admin_files.sections(read_text, root)
    if managed.path not in seen:
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


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return None  # Asterisk will not see it either
