"""What many strangers may send is refused with one log line in a while, not with one for each request."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

QUIET = timedelta(minutes=1)


class RefusalLog:
    """At most one log line in QUIET for each source, with how many refusals there were since the line before."""

    def __init__(self, log: logging.Logger, message: str) -> None:
        self._log = log
        self._message = message
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
        self._log.warning(self._message, extra={"source": source, "count": count, "reason": reason})
