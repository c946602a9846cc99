"""When Slack may be asked: its limits are for a method with any token of the workspace, and some for one person.

“A token may update a single user's profile no more than 10 times per minute”; users.profile.set is Tier 3, “50+ per
minute”; 429 has to be waited for “with any token awarded to your app from this workspace”:
https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict, deque

MINUTE = 60.0
SETS_A_MINUTE = 15  # a third of Tier 3, as whatever is set is to be cleared, and calls may end together
CHANGES_A_MINUTE = 30  # sets and clears; above, nothing is set, so that there is room for clears
SETS_OF_ONE_A_MINUTE = 4  # with as many clears, below 10
AWAY_SECONDS = 1.0  # until Slack is asked again after no answer


class Pace:
    """Which requests may be sent now, by this process's clock. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed_until = 0.0
        self._is_answering = True
        self._later: dict[str, float] = {}  # by person
        self._sets: deque[float] = deque()
        self._changes: deque[float] = deque()  # sets and clears
        self._sets_of: defaultdict[str, deque[float]] = defaultdict(deque)

    @property
    def at_once(self) -> float:
        """How many requests may be begun: one while it is not known whether Slack is back."""
        return math.inf if self._is_answering else 1

    def answered(self) -> None:
        """Note that Slack has done what it was asked for."""
        self._is_answering = True

    def is_open(self, user_id: str) -> bool:
        """Return whether Slack may be asked about somebody."""
        at = time.monotonic()
        with self._lock:
            return at >= self._closed_until and at >= self._later.get(user_id, 0.0)

    def close(self, seconds: float = AWAY_SECONDS) -> None:
        """Ask nothing for so long: Slack is away, or said so."""
        with self._lock:
            self._is_answering = False
            self._closed_until = max(self._closed_until, time.monotonic() + seconds)

    def put_off(self, user_id: str, seconds: float) -> None:
        """Ask nothing about somebody for so long."""
        with self._lock:
            self._later[user_id] = time.monotonic() + seconds

    def take_set(self, user_id: str) -> bool:
        """Count one more status that is looked at to be set; return False, and count nothing, if that were too many."""
        with self._lock:
            kinds = (
                (self._sets, SETS_A_MINUTE),
                (self._changes, CHANGES_A_MINUTE),
                (self._sets_of[user_id], SETS_OF_ONE_A_MINUTE),
            )
            if any(_of_last_minute(times) >= most for times, most in kinds):
                return False
            for times, _ in kinds:
                times.append(time.monotonic())
            return True

    def note_clear(self) -> None:
        """Count one more status that is cleared, which waits for nothing."""
        with self._lock:
            self._changes.append(time.monotonic())


def _of_last_minute(times: deque[float]) -> int:
    """Drop what is older, and return how many are left."""
    while times and time.monotonic() - times[0] >= MINUTE:
        times.popleft()
    return len(times)
