"""Pure: moments as HR systems write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

MAX_LENGTH = 40  # characters; the longest ISO 8601 moment with microseconds and offset has 32
MILLISECONDS = 13  # digits of a Unix time in milliseconds, from 2001 to 2286
YEARS = range(1970, 2100)  # what lies beyond stands for “unknown”, and cannot be told in every zone


def parse_timestamp(text: str) -> datetime | None:
    """Read Unix seconds, Unix milliseconds or ISO 8601 into UTC; without a zone it is UTC. None: nothing of these."""
    try:
        if re.fullmatch(r"[0-9]{1,13}", text):
            seconds = int(text) / (1000 if len(text) == MILLISECONDS else 1)
            return _within_reason(datetime.fromtimestamp(seconds, UTC))
        return _within_reason(_in_utc(datetime.fromisoformat(text))) if len(text) <= MAX_LENGTH else None
    except (ValueError, OverflowError, OSError):
        return None


def _in_utc(moment: datetime) -> datetime:
    """Convert to UTC. Raises OverflowError: at the ends of the calendar, some zones have no such moment."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _within_reason(moment: datetime) -> datetime | None:
    return moment if moment.year in YEARS else None
