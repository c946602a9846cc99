"""Pure: the administrator's lines, commented out in place with a marker that names the number, and back.

All else stays as it is, byte for byte: line ends, a missing last one, and bytes that are no UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

MARKER = re.compile(rb"^;switchhook-adopted ([0-9]{2,20}); ", re.MULTILINE)
MAX_MARKER_LENGTH = len(";switchhook-adopted ; ") + 20
RELEASED = ";switchhook-released"  # of lines that are out of date: nothing brings them back


def comment_out(content: bytes, lines: Mapping[int, str]) -> bytes:
    """Comment out lines. `lines`: number of the line, from 1 → number of the extension."""
    kept = content.split(b"\n")
    for line, number in lines.items():
        kept[line - 1] = f";switchhook-adopted {number}; ".encode() + kept[line - 1]
    return b"\n".join(kept)


def uncomment(content: bytes, numbers: Collection[str]) -> bytes:
    """Bring back the lines of these extensions, as they were before comment_out()."""
    return MARKER.sub(lambda match: b"" if match[1].decode() in numbers else match[0], content)


def retire(content: bytes, numbers: Collection[str]) -> bytes:
    """Mark the lines of these extensions as out of date; they stay comments."""
    return MARKER.sub(
        lambda match: (
            f"{RELEASED} {match[1].decode()}; ".encode() if match[1].decode() in numbers else match[0]
        ),
        content,
    )


def places(text: str) -> Iterator[tuple[str, int]]:
    """Yield each line that is commented out: number of the extension, number of the line, from 1."""
    if ";switchhook-adopted" in text:
        for line, content in enumerate(text.split("\n"), 1):
            if found := MARKER.match(content[:MAX_MARKER_LENGTH].encode()):
                yield found[1].decode(), line


def numbers_in(content: bytes) -> set[str]:
    """Return the extensions that have lines commented out here."""
    return {found.decode() for found in MARKER.findall(content)}
