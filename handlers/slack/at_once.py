"""How many commands one person has answered at once, so that nobody keeps the threads and the processor from the others."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from pbx.errors import Refusal

MOST = 4  # of one person, in one process; commands that only look: the others mostly wait for one publish together


class AtOnce:
    """Counts what is under way, by person."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def one_of(self, user_id: str) -> Iterator[None]:
        """Count one more until it is done. Raises Refusal where there are too many."""
        with self._lock:
            if self._under_way[user_id] >= self._most:
                raise Refusal(
                    f"{self._most} of your commands are still being answered: wait a moment, and type it once more"
                )
            self._under_way[user_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[user_id] -= 1
                self._under_way += Counter()  # forgets who has none
