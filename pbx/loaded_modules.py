"""Which modules Asterisk has loaded."""

from __future__ import annotations

from collections.abc import Iterable

from pbx.ami_client import Client


def missing(asterisk: Client, names: Iterable[str]) -> list[str]:
    """Return those of the names that Asterisk has not loaded, in their order. Raises AsteriskUnavailable."""
    names = list(names)
    answers = asterisk.ask_all({"Action": "ModuleCheck", "Module": name} for name in names)
    return [
        name for name, answer in zip(names, answers, strict=True) if answer[0].get("Response") != "Success"
    ]
