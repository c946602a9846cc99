"""When to try again: pauses that grow, and how long a server wants to be left alone."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Mapping

MAX_DOUBLINGS = 20  # keeps the numbers within a float; every limit is reached long before
MAX_RETRY_AFTER = 999_999.0  # seconds


def backoff(failures: int, longest: float = math.inf, *, first: float = 1.0, factor: float = 2.0) -> float:
    """Return seconds to wait: `first` after the first failure, `factor` times as long after each further one."""
    return min(longest, first * factor ** min(failures - 1, MAX_DOUBLINGS))


def jitter(seconds: float) -> float:
    """Shorten a pause by up to half, so that not everybody comes back at the same moment."""
    return seconds * random.uniform(0.5, 1.0)  # noqa: S311 (no secret)


def retry_after(headers: Mapping[str, str], default: float) -> float:
    """Return the seconds of an HTTP answer's Retry-After, at most MAX_RETRY_AFTER.

    `default`: without one, and for a date, which it may be.
    """
    given = headers.get("Retry-After", "")
    return min(float(given), MAX_RETRY_AFTER) if re.fullmatch(r"[0-9]{1,9}", given) else default
