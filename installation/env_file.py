"""Pure: `.env` with what was missing added; what stands in it stays."""

from __future__ import annotations

import re
from collections.abc import Mapping

HEAD = "# Settings of Switchhook; docs/settings.md has all of them. This file is for root and Switchhook's user alone.\n"
PLAIN = re.compile(r"[A-Za-z0-9_./:@,+=\-]+")


def quoted(value: str) -> str:
    """Return a value as `.env` has it. Raises ValueError for one that it cannot hold."""
    if re.search(r"[\x00-\x1f\x7f]", value) or "${" in value:
        raise ValueError("has a line break, another control character or ${ in it, which .env cannot hold")
    if PLAIN.fullmatch(value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def filled(text: str | None, additions: Mapping[str, str], example: str) -> str:
    """Return `.env` with these settings: on their lines if those are empty, else at the end with the example's comment."""
    text, left = HEAD if text is None else text, dict(additions)
    for name, value in additions.items():
        text, done = re.subn(
            rf"^([ \t]*(?:export[ \t]+)?{name}[ \t]*=)[ \t]*(?:''|\"\")?[ \t]*$",
            lambda match, value=value: match[1] + quoted(value),  # type: ignore[misc]  # mypy sees no default here
            text,
            count=1,
            flags=re.MULTILINE | re.IGNORECASE,
        )
        if done:
            del left[name]
    if not left:
        return text
    gap = "" if text.endswith("\n") or not text else "\n"
    return (
        text
        + gap
        + "".join(f"\n{_comment(example, name)}{name}={quoted(value)}\n" for name, value in left.items())
    )


def _comment(example: str, name: str) -> str:
    """Return the lines of comment that .env.example has directly above a setting."""
    found = re.search(rf"((?:^#.*\n)+)^{name}=", example, re.MULTILINE)
    return found[1] if found else ""
