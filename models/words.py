"""Pure: many things in a few words."""

from __future__ import annotations

from collections.abc import Sequence


def some(things: Sequence[str], most: int = 5, between: str = ", ") -> str:
    """Join the first few, and say how many more there are: `101, 102 and 3 more`."""
    left_out = len(things) - most
    return between.join(things[:most]) + (f" and {left_out} more" if left_out > 0 else "")
