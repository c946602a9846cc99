"""The file `.env` as it stands in the folder that the program was started in."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from dotenv.parser import Binding, parse_stream

import settings
from settings import Settings, SettingsUnusable

KNOWN = tuple(name.upper() for name in Settings.model_fields)
# What other programs read from the same file; MOVE_TO_DATABASE_URL is of `flask database move`.
OF_OTHERS = ("FLASK_", "GUNICORN_", "PYTHON", "WEB_CONCURRENCY", "MOVE_TO_DATABASE_URL", "TZ")


class Line(NamedTuple):
    """`name` in capitals, as settings are matched in any case; None: the line cannot be read."""

    number: int
    name: str | None
    value: str


@dataclass(frozen=True)
class EnvFile:
    """`text`: what it says; None: there is none, or it may not be read. `bad`: a line for each bad value of all settings."""

    path: Path
    text: str | None
    status: os.stat_result | None
    bad: tuple[str, ...]

    @classmethod
    def read(cls) -> EnvFile:
        """Read it, and load the settings from it and from the environment."""
        path = Path(settings.ENV_FILE).absolute()
        try:
            settings.load()
            bad: tuple[str, ...] = ()
        except SettingsUnusable as unusable:
            bad = tuple(unusable.lines)
        try:
            return cls(path, path.read_text(errors="replace"), path.stat(), bad)
        except OSError:
            return cls(path, None, None, bad)

    def digest(self, found: Settings) -> str:
        """Return what tells these lines from others, and says nothing of them to who does not know SECRET_KEY."""
        key = "".join(each.get_secret_value() for each in found.secret_key).encode()[:64]
        text = repr([(line.name, line.value) for line in self.lines]).encode()
        return hashlib.blake2b(text, key=key, digest_size=16).hexdigest()

    @cached_property
    def lines(self) -> list[Line]:
        """Return what is no comment."""
        found = parse_stream(io.StringIO(self.text or ""))
        return [_line(each) for each in found if each.key is not None or each.error]

    @cached_property
    def values(self) -> dict[str, str]:
        """Return the settings as they are written; of a name that stands twice, the last counts. None may be shown."""
        return {each.name: each.value for each in self.lines if each.name}

    @cached_property
    def unknown(self) -> dict[str, str]:
        """Return the names that nobody reads, each with the setting that is nearest, "" where none is near."""
        names = [name for name in self.values if name not in KNOWN and not name.startswith(OF_OTHERS)]
        return {name: next(iter(get_close_matches(name, KNOWN, 1, 0.75)), "") for name in names}

    def is_misspelt(self, setting: str) -> bool:
        """Return whether the file has a name that was probably meant to be this one."""
        return setting in self.unknown.values()

    def place(self, name: str) -> str:
        """Return `/opt/switchhook/.env:12`, where a name stands last."""
        numbers = [each.number for each in self.lines if each.name == name]
        return f"{self.path}:{numbers[-1]}" if numbers else str(self.path)


def _line(binding: Binding) -> Line:
    """Count the line from where the binding itself begins: its text has the empty lines before it, too."""
    text = binding.original.string
    number = binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")
    if binding.error or binding.key is None or binding.value is None:
        return Line(number, None, "")
    return Line(number, binding.key.upper(), binding.value)
