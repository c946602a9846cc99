"""Moments as HR systems write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

LONGEST = 40  # characters; the longest ISO 8601 moment with microseconds and offset has 32
MILLISECONDS = 13  # digits of a Unix time in milliseconds, from 2001 to 2286


def moment_of(text: str) -> datetime | None:
    """Unix seconds, Unix milliseconds or ISO 8601; without a zone it is UTC. None: nothing of these."""
    try:
        if re.fullmatch(r"[0-9]{1,13}", text):
            return datetime.fromtimestamp(int(text) / (1000 if len(text) == MILLISECONDS else 1), UTC)
        moment = datetime.fromisoformat(text) if len(text) <= LONGEST else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
