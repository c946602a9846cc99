"""Pure: what differs between two states of one of Asterisk's files, with secrets masked."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from pbx.config.masks import masked

ANOTHER_VALUE = "  (another value)"


def unified(path: str, before: bytes, after: bytes, *, becomes: str, context: int = 3) -> list[str]:
    """Return the lines of a unified diff, none where nothing differs.

    `becomes`: what the second state is, for people; `context`: lines around each change.
    """
    old, new = (content.decode("utf-8", "replace").split("\n") for content in (before, after))
    lines = difflib.unified_diff(old, new, path, f"{path} ({becomes})", lineterm="", n=context)
    return list(_masked_diff(lines))


def _masked_diff(lines: Iterator[str]) -> Iterator[str]:
    """Yield the lines masked; of a pair that then looks the same, the second says that it is another value."""
    removed: set[str] = set()
    for line in lines:
        text, shown = line[1:], masked(line)
        if line.startswith("+") and shown != line and masked(text) in removed:
            shown += ANOTHER_VALUE
        elif line.startswith("-"):
            removed.add(masked(text))
        elif not line.startswith("+"):
            removed.clear()
        yield shown
