"""Pure: what `flask init` may change, and how that is shown before it is made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pbx.config import file_diff
from pbx.config.masks import masked


@dataclass(frozen=True)
class Account:
    """The user that Switchhook runs as, to be made, or to be put into a group; no `group`: it needs none."""

    name: str
    home: Path
    group: str
    is_new: bool = True

    @property
    def command(self) -> tuple[str, ...]:
        if not self.is_new:
            return ("usermod", "--append", "--groups", self.group, self.name)
        home = ("--home-dir", str(self.home), "--shell", "/usr/sbin/nologin")
        groups = ("--groups", self.group) if self.group else ()
        return ("useradd", "--system", "--user-group", *home, *groups, self.name)


@dataclass(frozen=True)
class Folder:
    """A folder of Switchhook's own, with owner and mode."""

    path: Path
    user: str
    group: str
    mode: int
    is_new: bool = True


@dataclass(frozen=True)
class File:
    """A file as it is to be; one that is there keeps its owner and mode.

    `is_secret`: and is kept from all who are neither its owner nor of its group, who then is the one named here.
    """

    path: Path
    before: bytes | None
    after: bytes
    user: str
    group: str
    mode: int
    is_secret: bool = False

    @property
    def is_new(self) -> bool:
        return self.before is None


Change = Account | Folder | File


def shown(change: Change) -> str:
    """Describe a change; a file's as a diff, in which no secret can be read."""
    match change:
        case Account(is_new=True):
            return f"new user {change.name}" + (f", in the group {change.group}" if change.group else "")
        case Account():
            return f"user {change.name}: joins the group {change.group}"
        case Folder():
            kind = "new folder" if change.is_new else "folder"
            return f"{kind} {change.path}  ({change.user}:{change.group}, mode {change.mode:o})"
        case File():
            return _shown_file(change)


def _shown_file(file: File) -> str:
    owner = f"  ({file.user}:{file.group}, mode {file.mode:o})" if file.is_new else ""
    if file.is_secret and not file.is_new:
        owner = f"  (if others may read it now: group {file.group}, mode {file.mode:o})"
    title = f"{'new file ' if file.is_new else ''}{file.path}{owner}"
    return "\n".join([title, *(f"  {line}" for line in diff(file))])


def diff(file: File) -> list[str]:
    """Return the lines of a unified diff, without its two heads; no secret can be read in it.

    Lines around a change are the administrator's, and what is secret in them nobody knows: they are left out. In a new
    file, comments are ours, and how a secret is made is to be read in them.
    """
    before, after = (content.removesuffix(b"\n") for content in (file.before or b"", file.after))
    if file.is_new:
        lines = after.decode().split("\n") if after else []
        return [f"+{line if line.startswith('# ') else masked(line)}" for line in lines]
    return file_diff.unified(str(file.path), before, after, becomes="then", context=0)[2:]
