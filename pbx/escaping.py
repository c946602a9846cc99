"""Pure: values as they must stand in Asterisk's files."""

from __future__ import annotations

import re

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def escape(value: str) -> str:
    r"""Return a value as it must stand in an Asterisk file: `;` would start a comment, a leading `>` makes `=>`.

    Raises ValueError for control characters, which would forge lines.
    """
    if CONTROL.search(value):
        raise ValueError("a value with a control character cannot be written to an Asterisk file")
    return (" " if value.startswith(">") else "") + value.replace(";", "\\;")
