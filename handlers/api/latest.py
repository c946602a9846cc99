"""A finding that is dear to come by: it is looked for by one request at a time, and told to all others meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

FoundT = TypeVar("FoundT")


class Latest(Generic[FoundT]):
    """What `look` has found, at most `seconds` ago. While it looks again, others get what it had found before."""

    def __init__(self, look: Callable[[], FoundT], seconds: float) -> None:
        self._look = look
        self._seconds = seconds
        self._lock = Lock()
        self._kept: tuple[FoundT, float] | None = None  # and when it is too old

    def get(self) -> FoundT:
        """Return it. Who comes while the very first look lasts waits for that. Raises what `look` raises."""
        if self._lock.acquire(blocking=self._kept is None):
            try:
                if self._kept is None or monotonic() > self._kept[1]:
                    found = self._look()
                    self._kept = found, monotonic() + self._seconds
            finally:
                self._lock.release()
        assert self._kept, "the first look has ended, or raised"  # noqa: S101
        return self._kept[0]
