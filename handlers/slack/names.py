"""Pure: extensions by the name of whoever they are for."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from models.extension import Extension


def called(rows: Sequence[Extension], text: str) -> list[Extension]:
    """Return those whose whole name, or e-mail address, this is; upper and lower case are the same."""
    wanted = _folded(text)
    return [row for row in rows if wanted in (_folded(row.name), _folded(row.email or ""))]


def having(rows: Sequence[Extension], text: str) -> list[Extension]:
    """Return those with the text in their name."""
    return [row for row in rows if _folded(text) in _folded(row.name)]


def naming(rows: Sequence[Extension], text: str) -> list[Extension]:
    """Return those whose name has the text as whole words, or whose e-mail address it is."""
    words = f" {_folded(text)} "
    return [row for row in rows if words in f" {_folded(row.name)} "] or called(rows, text)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
