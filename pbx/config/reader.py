"""Reads the managed files, and what the administrator wrote around the blocks and beside them."""

from __future__ import annotations

import glob
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from shlex import quote

from command_lines import as_root
from pbx import config_files, safe_files, versions, voicemail
from pbx.adoption import markers
from pbx.config import block_edits, managed_files, objects, parser
from pbx.config.admin_config import AdminConfig
from pbx.config.admin_dialplan import AdminDialplan
from pbx.config.managed_files import ConfigOnDisk, ManagedFile
from pbx.config.parser import Section
from pbx.errors import ConfigFileError
from settings import Settings

PJSIP = "pjsip.conf"
VOICEMAIL = "voicemail.conf"
NOTHING: Mapping[Path, bytes] = {}


class _Files:
    """Reads files, and notes which."""

    def __init__(self, instead: Mapping[Path, bytes]) -> None:
        self._instead = instead
        self.paths: dict[Path, None] = {}  # in order, each once
        self.commented: dict[str, str] = {}  # as AdminConfig has it

    def managed(self, path: Path) -> ManagedFile:
        return (
            managed_files.split(path, self._instead[path])
            if path in self._instead
            else config_files.read(path)
        )

    def has(self, path: Path) -> bool:
        return path in self._instead or path.exists()

    def text(self, path: Path) -> str | None:
        """Return None where Asterisk sees nothing either. Raises ConfigFileError."""
        with config_files.explained(path, "read"):
            try:
                content = self._instead[path] if path in self._instead else safe_files.read_linked(path)
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                return None
        text = content.decode("utf-8", "replace")
        self.note(path, text)
        return text

    def note(self, path: Path, text: str) -> None:
        self.paths[path] = None
        for number, line in markers.places(text):
            self.commented.setdefault(number, f"{path}:{line}")


def read(settings: Settings, instead: Mapping[Path, bytes] = NOTHING) -> ConfigOnDisk:
    """Read the files, and what they include; of those in `instead`, as if they had these bytes.

    Raises ConfigFileError, also where Asterisk would not see what Switchhook writes, or load nothing of it.
    """
    files = _Files(instead)
    pjsip, extensions = files.managed(settings.pjsip_path), files.managed(settings.extensions_path)
    folder = settings.asterisk_config_dir
    _refuse_block_edits(block_edits.in_pjsip(pjsip) + block_edits.in_dialplan(extensions))
    admin = AdminConfig(
        _sections(folder / PJSIP, pjsip, files),
        AdminDialplan(_sections(folder / "extensions.conf", extensions, files)),
        _optional_sections(folder / "pjsip_wizard.conf", files),
        _optional_sections(folder / "sorcery.conf", _Files(NOTHING)),
        tuple(files.paths),
        files.commented,
    )
    found = ConfigOnDisk(pjsip, extensions, admin, versions.is_restored(settings, pjsip))
    return _with_voicemail(settings, found, instead)


def _with_voicemail(settings: Settings, found: ConfigOnDisk, instead: Mapping[Path, bytes]) -> ConfigOnDisk:
    """Add voicemail.conf, or why nothing can be written there: that keeps nobody from publishing who needs no mailbox."""
    files = _Files(instead)
    try:
        managed = _managed_voicemail(settings, files)
        sections = _sections(settings.asterisk_config_dir / VOICEMAIL, managed, files)
        _refuse_block_edits(
            [f"{managed.path} has {line}" for line in voicemail.strangers(managed.block_text())]
        )
    except ConfigFileError as error:
        return replace(found, voicemail_obstacle=str(error))
    theirs = [each for each in sections if each.name == voicemail.CONTEXT]
    if theirs:
        place = f"{theirs[0].path}:{theirs[0].line}"
        obstacle = f"{place} has a context [{voicemail.CONTEXT}] of your own, the name that Switchhook's mailboxes have: rename it"
        return replace(found, voicemail_obstacle=obstacle)
    return replace(found, voicemail=managed)


def _managed_voicemail(settings: Settings, files: _Files) -> ManagedFile:
    """Read voicemail.conf. Raises ConfigFileError where it is missing, or nothing can be begun in it."""
    path = settings.voicemail_path
    with config_files.explained(path):
        is_there = files.has(path)
        managed = files.managed(path) if is_there else None
        if managed and (managed.block is not None or safe_files.may_replace(path)):
            return replace(managed, keeps_empty_block=False)
        if settings.pjsip_path.parent == settings.asterisk_config_dir:
            raise PermissionError if is_there else FileNotFoundError
    raise ConfigFileError(
        _without_own_file(settings, "may not be replaced" if is_there else "does not exist")
    )


def _without_own_file(settings: Settings, seen: str) -> str:
    """Say how Switchhook, which has files of its own, gets one for mailboxes, too."""
    asterisks_own = settings.asterisk_config_dir / VOICEMAIL
    make = "" if asterisks_own.exists() else f"sudo touch {quote(str(asterisks_own))} && "
    return (
        f"{settings.voicemail_path} {seen}: on the server, {make}{as_root('flask init')} gives Switchhook a file of its own "
        f"for mailboxes, which {VOICEMAIL} includes; restart Switchhook then"
    )


def _refuse_block_edits(found: list[str]) -> None:
    """Raise ConfigFileError for what somebody wrote into a block: it is not to be lost without a word."""
    if found:
        raise ConfigFileError(
            f"{'; '.join(found[:5])}: that is not Switchhook's and stands between its two marks, where everything is "
            "written anew. Nothing was changed: move these lines out of there, above the first mark or below the second"
        )


def _sections(root: Path, managed: ManagedFile, files: _Files) -> list[Section]:
    """Read what the administrator wrote in the file `root` and what it includes, of which `managed` is to be one.

    Raises ConfigFileError.
    """
    target, read_by = managed.path.resolve(), list[str]()

    def read_text(path: Path, by: str) -> str | None:
        if path.resolve() != target:
            return files.text(path)
        text = managed.without_block()
        files.note(managed.path, text)
        read_by.append(by or "Asterisk itself")
        return text

    def on_missing(place: str, pattern: str, optional: bool) -> None:
        _check_searchable(Path(pattern))
        if not optional:
            raise ConfigFileError(
                f"{place} includes {pattern}, which does not exist, and Asterisk then loads nothing of {root.name}: "
                "take the line out, or write #tryinclude there"
            )

    sections = parser.sections(read_text, expand_glob, root, on_missing)
    if not read_by:
        _refuse_unread(managed, root, files.text(root) or "")
    _refuse_unclosed(managed)
    if root.name == PJSIP:
        _refuse_duplicates(managed, read_by, sections)
    return sections


def _refuse_unread(managed: ManagedFile, root: Path, text: str) -> None:
    """Raise ConfigFileError, as Asterisk would not see Switchhook's lines. `text`: of the file `root`."""
    if parser.ends_inside_comment(text):
        raise ConfigFileError(
            _unclosed(root, ", so Asterisk does not see what follows, Switchhook's lines included")
        )
    folder = root.parent
    name = managed.path.relative_to(folder) if managed.path.is_relative_to(folder) else managed.path
    raise ConfigFileError(
        f"{root} does not include {managed.path}, so Asterisk would not see it: add the line #include {name}"
    )


def _refuse_unclosed(managed: ManagedFile) -> None:
    """Raise ConfigFileError where Switchhook's lines would be comment."""
    if parser.ends_inside_comment(managed.before.decode("utf-8", "replace")):
        raise ConfigFileError(
            _unclosed(managed.path, " before Switchhook's lines, which would be comment, too")
        )


def _unclosed(path: Path, effect: str) -> str:
    return f"{path} opens a comment with ;-- and never closes it{effect}: close it with --;"


def _refuse_duplicates(managed: ManagedFile, read_by: list[str], sections: list[Section]) -> None:
    """Raise ConfigFileError where Asterisk would load nothing. It merges duplicates in extensions.conf."""
    if len(read_by) > 1:
        raise ConfigFileError(
            f"{managed.path} is read twice, by {' and by '.join(read_by)}, and of what stands twice Asterisk loads "
            "nothing at all, at the latest when it is started anew: take one of them out"
        )
    for first, second in objects.duplicates(sections):
        kind = first.get("type")
        raise ConfigFileError(
            f"[{first.name}] with type={kind} stands twice, at {first.path}:{first.line} and at "
            f"{second.path}:{second.line}, and Asterisk then loads no {kind} at all, at the latest when it is started "
            "anew: take one of them out"
        )


def _optional_sections(path: Path, files: _Files) -> list[Section]:
    """Read a file that need not exist. Raises ConfigFileError when it may not be read."""

    def on_missing(_place: str, pattern: str, _optional: bool) -> None:
        _check_searchable(Path(pattern))

    return parser.sections(lambda each, _by: files.text(each), expand_glob, path, on_missing)


def expand_glob(pattern: str) -> list[Path]:
    """Return what a glob finds, hidden files aside. (Path.glob would find those, and raise on `a**`.)"""
    return [Path(path) for path in sorted(glob.glob(pattern))]  # noqa: PTH207 (see above)


def _check_searchable(pattern: Path) -> None:
    """Raise ConfigFileError where this process may not look for files that Asterisk may find."""
    plain = [folder for folder in reversed(pattern.parents) if not glob.has_magic(str(folder))]
    for path in [*plain, pattern] if plain[-1] == pattern.parent else plain:
        with config_files.explained(path, "read"):
            path.is_dir()  # raises where a folder above may not be passed
    with config_files.explained(plain[-1], "read"):
        if glob.has_magic(str(pattern)) and plain[-1].is_dir():
            next(plain[-1].iterdir(), None)
