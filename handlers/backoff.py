"""How long to wait before something is tried again."""

from __future__ import annotations

import random


def backoff(failures: int, longest: float) -> float:
    """Seconds: about one after the first failure, twice as long after each, and not all at the same moment."""
    return min(longest, 2.0 ** min(failures - 1, 10)) * random.uniform(0.5, 1.0)  # noqa: S311 (no secret)
