"""A finding that is dear to come by: it is looked for by one request at a time, and told to all others meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

FoundT = TypeVar("FoundT")


class Latest(Generic[FoundT]):
    """What `look` has found, at most `seconds` ago. While it looks again, others get what it had found before.

    `stale_seconds`: for so long after that; who comes even later waits.
    """

    def __init__(self, look: Callable[[], FoundT], seconds: float, stale_seconds: float) -> None:
        self._look = look
        self._seconds = seconds
        self._stale_seconds = stale_seconds
        self._lock = Lock()
        self._kept: tuple[FoundT, float] | None = None  # and when it is too old

    def get(self) -> FoundT:
        """Return it. Raises what `look` raises."""
        if self._lock.acquire(blocking=not self._is_kept(self._stale_seconds)):
            try:
                if not self._is_kept():
                    found = self._look()
                    self._kept = found, monotonic() + self._seconds
            finally:
                self._lock.release()
        assert self._kept, "there is one, or it was waited for"  # noqa: S101
        return self._kept[0]

    def _is_kept(self, longer: float = 0.0) -> bool:
        return self._kept is not None and monotonic() < self._kept[1] + longer
