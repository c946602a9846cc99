"""Counts what is refused, so that a flood of forged deliveries is one log line a minute and source."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

log = logging.getLogger("switchhook.hr")

QUIET = timedelta(minutes=1)


class Refusals:
    """At most one log line a minute for each source, with how many there were since the line before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}
        self._next_line_at: dict[str, datetime] = {}

    def count(self, source: str, reason: str, now: datetime) -> None:
        with self._lock:
            count = self._counts[source] = self._counts.get(source, 0) + 1
            if source in self._next_line_at and now < self._next_line_at[source]:
                return
            self._next_line_at[source] = now + QUIET
            self._counts[source] = 0
        log.warning("HR deliveries refused", extra={"source": source, "count": count, "reason": reason})
