"""Settings by name, with where each comes from; secrets never, but whether they are set."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import SecretStr

from handlers.doctor.env_file import EnvFile
from settings import Settings

SET, NOT_SET = "set, and not shown", "not set"


class Setting(NamedTuple):
    """One setting. `value`: as people write it; `origin`: where it comes from."""

    name: str
    value: str
    origin: str


def listing(settings: Settings) -> list[Setting]:
    """Return all of them, in the order in which they are documented."""
    env = EnvFile.read()
    names = {name: name.upper() for name in Settings.model_fields}
    return [
        Setting(shown, value_of(name, getattr(settings, name)), _origin(shown, env))
        for name, shown in names.items()
    ]


def value_of(name: str, value: Any) -> str:
    """Return a value in words. What is declared as a secret stays one, also where it is empty."""
    if "SecretStr" in str(Settings.model_fields[name].annotation):
        return SET if _is_given(value) else NOT_SET
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={each}" for key, each in value.items()) or NOT_SET
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or NOT_SET
    return NOT_SET if value in (None, "") else str(value)


def _is_given(value: Any) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


def _origin(name: str, env: EnvFile) -> str:
    """Say where a setting is read from: the environment counts more than the file."""
    if any(each.upper() == name and value for each, value in os.environ.items()):
        return "environment"
    return env.place(name) if env.values.get(name) else "default"
