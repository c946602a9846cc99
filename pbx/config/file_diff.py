"""Pure: what differs between two states of one of Asterisk's files, with secrets masked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

MASK = "********"
ANOTHER_VALUE = "  (another value)"
# `password=…`, also in comments and as `inbound_auth/password = …`, and the digits of Authenticate().
SECRET = re.compile(
    r"([\w/-]*(?:password|passwd|secret|md5_cred|token|api_?key)[\w-]*\s*\+?=>?\s*|authenticate\()\S.*",
    re.IGNORECASE,
)


def masked(line: str) -> str:
    """Return a line of a configuration file without the secret in it."""
    return SECRET.sub(rf"\g<1>{MASK}", line)


def unified(path: str, before: bytes, after: bytes, *, becomes: str) -> list[str]:
    """Return the lines of a unified diff, none where nothing differs. `becomes`: what the second state is, for people."""
    old, new = (content.decode("utf-8", "replace").split("\n") for content in (before, after))
    return list(_masked_diff(difflib.unified_diff(old, new, path, f"{path} ({becomes})", lineterm="")))


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
