"""The two managed files together, and what the administrator wrote around the blocks."""

from __future__ import annotations

import glob
from pathlib import Path

from pbx import config_files
from pbx.config import block_edits, parser
from pbx.config.admin_config import AdminConfig
from pbx.config.admin_dialplan import AdminDialplan
from pbx.config.managed_files import ConfigOnDisk, ManagedFile
from pbx.config.parser import Section
from pbx.errors import ConfigFileError
from settings import Settings

PJSIP = "pjsip.conf"


def read(settings: Settings) -> ConfigOnDisk:
    """Raises ConfigFileError, also when Asterisk would not see what is written."""
    pjsip = config_files.read(settings.pjsip_path)
    extensions = config_files.read(settings.extensions_path)
    _must_be_ours(block_edits.sections(pjsip) + block_edits.steps(extensions))
    admin = AdminConfig(
        _sections(settings.asterisk_config_dir / PJSIP, pjsip),
        AdminDialplan(_sections(settings.asterisk_config_dir / "extensions.conf", extensions)),
        _others(settings.asterisk_config_dir / "pjsip_wizard.conf"),
        _others(settings.asterisk_config_dir / "sorcery.conf"),
    )
    return ConfigOnDisk(pjsip, extensions, admin)


def _must_be_ours(found: list[str]) -> None:
    """Raises ConfigFileError: what somebody wrote into a block is not to be lost without a word."""
    if found:
        raise ConfigFileError(
            f"{'; '.join(found[:5])}: that is not Switchhook's and stands between its two marks, where everything is "
            "written anew. Nothing was changed: move these lines out of there, above the first mark or below the second"
        )


def _sections(root: Path, managed: ManagedFile) -> list[Section]:
    target, read_by = managed.path.resolve(), list[str]()

    def read_text(path: Path, by: str) -> str | None:
        if path.resolve() != target:
            return _text(path, by)
        read_by.append(by or "Asterisk itself")
        return managed.by_hand()

    def missing(place: str, pattern: str, optional: bool) -> None:
        _look_behind(Path(pattern))
        if not optional:
            raise ConfigFileError(
                f"{place} includes {pattern}, which does not exist, and Asterisk then loads nothing of {root.name}: "
                "take the line out, or write #tryinclude there"
            )

    sections = parser.sections(read_text, expand_glob, root, missing)
    if not read_by:
        folder = root.parent
        name = managed.path.relative_to(folder) if managed.path.is_relative_to(folder) else managed.path
        raise ConfigFileError(
            f"{root} does not include {managed.path}, so Asterisk would not see it: add the line #include {name}"
        )
    if parser.ends_inside_comment(managed.before.decode("utf-8", "replace")):
        raise ConfigFileError(
            f"{managed.path} opens a comment with ;-- and never closes it before Switchhook's lines, which would be "
            "comment, too: close it with --;"
        )
    if root.name == PJSIP:
        _must_stand_once(managed, read_by, sections)
    return sections


def _must_stand_once(managed: ManagedFile, read_by: list[str], sections: list[Section]) -> None:
    """Raises ConfigFileError. Of extensions.conf Asterisk takes what stands twice once."""
    if len(read_by) > 1:
        raise ConfigFileError(
            f"{managed.path} is read twice, by {' and by '.join(read_by)}, and of what stands twice Asterisk loads "
            "nothing at all, at the latest when it is started anew: take one of them out"
        )
    for first, second in parser.twice(sections):
        kind = first.get("type")
        raise ConfigFileError(
            f"[{first.name}] with type={kind} stands twice, at {first.path}:{first.line} and at "
            f"{second.path}:{second.line}, and Asterisk then loads no {kind} at all, at the latest when it is started "
            "anew: take one of them out"
        )


def _others(path: Path) -> list[Section]:
    """Of a file that need not be there. Raises ConfigFileError when it may not be read."""

    def missing(_place: str, pattern: str, _optional: bool) -> None:
        _look_behind(Path(pattern))

    return parser.sections(_text, expand_glob, path, missing)


def _text(path: Path, _by: str) -> str | None:
    """None where Asterisk sees nothing either. Raises ConfigFileError."""
    with config_files.explained(path, "read"):
        try:
            return path.read_bytes().decode("utf-8", "replace")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None


def expand_glob(pattern: str) -> list[Path]:
    """What a glob finds, hidden files aside. (Path.glob would find those, and raise on `a**`.)"""
    return [Path(path) for path in sorted(glob.glob(pattern))]  # noqa: PTH207 (see above)


def _look_behind(pattern: Path) -> None:
    """Raises ConfigFileError where this process may not look, and Asterisk may find files."""
    plain = [folder for folder in reversed(pattern.parents) if not glob.has_magic(str(folder))]
    for path in [*plain, pattern] if plain[-1] == pattern.parent else plain:
        with config_files.explained(path, "read"):
            path.is_dir()  # raises where a folder above may not be passed
    with config_files.explained(plain[-1], "read"):
        if glob.has_magic(str(pattern)) and plain[-1].is_dir():
            next(plain[-1].iterdir(), None)
