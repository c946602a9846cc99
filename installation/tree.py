"""The files of the machine, or of a scratch root; users and groups as they are known there."""

from __future__ import annotations

import glob as wildcards
from dataclasses import dataclass
from pathlib import Path

from installation.facts import ConfigFile
from pbx import safe_files
from pbx.config import parser

PASSWD, GROUP = Path("/etc/passwd"), Path("/etc/group")


@dataclass(frozen=True)
class Tree:
    """Everything below `root`; paths are those that they have once the root is `/`."""

    root: Path = Path("/")

    @property
    def is_machine(self) -> bool:
        return self.root == Path("/")

    def at(self, path: Path) -> Path:
        """Return where it is now."""
        return path if self.is_machine else self.root / path.relative_to("/")

    def exists(self, path: Path) -> bool:
        return self.at(path).exists()

    def read(self, path: Path) -> bytes | None:
        """Return None if it is not there. Raises PermissionError, ConfigFileError."""
        try:
            return safe_files.read_linked(self.at(path))
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def config_file(self, path: Path) -> ConfigFile:
        """Read a configuration file as Asterisk does. Raises PermissionError, ConfigFileError."""
        patterns: list[str] = []

        def read_text(each: Path, _by: str) -> str | None:
            content = self.read(each)
            return None if content is None else content.decode("utf-8", "replace")

        def expand(pattern: str) -> list[Path]:
            patterns.append(pattern)
            return self.glob(pattern)

        sections = parser.sections(read_text, expand, path)
        is_link = self.at(path).is_symlink()
        return ConfigFile(path, self.read(path), tuple(sections), tuple(patterns), is_link)

    def glob(self, pattern: str) -> list[Path]:
        # As pbx/config/reader.py: Path.glob would find hidden files, too.
        found = sorted(wildcards.glob(str(self.at(Path(pattern)))))  # noqa: PTH207
        return [self._as_known(Path(each)) for each in found]

    def _as_known(self, found: Path) -> Path:
        return found if self.is_machine else Path("/") / found.relative_to(self.root)

    def user_id(self, name: str) -> int | None:
        """Return the id of a user; None if there is none yet."""
        return self._id(PASSWD, name)

    def group_id(self, name: str) -> int | None:
        return self._id(GROUP, name)

    @property
    def has_users(self) -> bool:
        """Return whether users are known here; those of a scratch root may be made where it becomes a machine."""
        return self.exists(PASSWD)

    def groups(self, user: str) -> list[str]:
        """Return the groups that the user is in, its own among them."""
        users = (line.split(":") for line in self._lines(PASSWD))
        own = {line[3] for line in users if line[0] == user and len(line) > 3}
        groups = (line.split(":") for line in self._lines(GROUP))
        return [
            line[0] for line in groups if len(line) > 3 and (line[2] in own or user in line[3].split(","))
        ]

    def may_write(self, user: str, path: Path) -> bool:
        """Return whether the user may write to the file; where users are not known yet, whether it is there."""
        at, user_id = self.at(path), self.user_id(user)
        if not at.exists() or user_id is None:
            return at.exists()
        groups = [found for name in self.groups(user) if (found := self.group_id(name)) is not None]
        return safe_files.may_write(at.stat(), user_id, groups)

    def user_name(self, user_id: int) -> str | None:
        return self._name(PASSWD, user_id)

    def group_name(self, group_id: int) -> str | None:
        return self._name(GROUP, group_id)

    def _id(self, path: Path, name: str) -> int | None:
        lines = (line.split(":") for line in self._lines(path))
        return next((int(line[2]) for line in lines if line[0] == name and len(line) > 2), None)

    def _name(self, path: Path, number: int) -> str | None:
        lines = (line.split(":") for line in self._lines(path))
        return next((line[0] for line in lines if len(line) > 2 and line[2] == str(number)), None)

    def _lines(self, path: Path) -> list[str]:
        return (self.read(path) or b"").decode("utf-8", "replace").splitlines()
