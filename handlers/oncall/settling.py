"""How long it has been so that somebody talks: a moment changes nothing, and calls right after each other are one."""

from __future__ import annotations

import math
import time
from collections.abc import Container

TALKS_SECONDS = 2.0  # a shorter call sets nothing
SILENT_SECONDS = 1.0  # until a status is cleared, as the next call may follow


class Settling:
    """By person, by this process's clock."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[bool, float]] = {}

    def settled(self, user_id: str, talks: bool) -> bool | None:
        """Return whether they talk; None: it has changed just now."""
        # Who is seen for the first time and does not talk has not for who knows how long.
        before = self._since.setdefault(user_id, (talks, time.monotonic() if talks else -math.inf))
        if before[0] != talks:
            before = self._since[user_id] = (talks, time.monotonic())
        long_enough = time.monotonic() - before[1] >= (TALKS_SECONDS if talks else SILENT_SECONDS)
        return talks if long_enough else None

    def since(self, user_id: str) -> float:
        """Return since when it has been so."""
        return self._since[user_id][1] if user_id in self._since else -math.inf

    def keep_only(self, users: Container[str]) -> None:
        """Forget all others."""
        self._since = {user_id: each for user_id, each in self._since.items() if user_id in users}
