"""Which message goes out next, and when: by priority, and as fast as Slack allows.

Slack's limits are per method: of posts in each channel, of edits in all of them together. Each has a token bucket.
"""

from __future__ import annotations

import time
from collections import Counter

from models.outbox import OutboxMessage

POST, EDIT = "chat.postMessage", "chat.update"
# How many may go out at once after a while of silence.
POST_BURST = 3
EDIT_BURST = 10
# Slack takes some 50 edits a minute, of all channels together; a burst and what follows it are no more than that.
EDIT_FACTOR = 1.5
YIELD_EVERY = 5  # requests, one of which goes to a lower priority: calls all day long do not silence the rest

Bucket = tuple[str, str]  # method, channel


class RateLimiter:
    """Remembers when each bucket is full again. `interval`: seconds between two posts to a channel in the long run."""

    def __init__(self, interval: float) -> None:
        self._interval = {POST: interval, EDIT: interval * EDIT_FACTOR}
        self._burst = {POST: POST_BURST, EDIT: EDIT_BURST}
        self._full_at: dict[Bucket, float] = {}
        self._blocked_until: dict[Bucket, float] = {}
        self._requests: Counter[str] = Counter()  # by channel

    def choose(self, waiting: list[OutboxMessage]) -> list[OutboxMessage]:
        """Take a token for at most one message of each channel, and return them, to be sent now.

        `waiting`: what goes first is first.
        """
        channels: dict[str, list[OutboxMessage]] = {}
        for row in waiting:
            channels.setdefault(row.channel, []).append(row)
        chosen = (self._choose_one(rows) for rows in channels.values())
        return [row for row in chosen if row]

    def _choose_one(self, rows: list[OutboxMessage]) -> OutboxMessage | None:
        allowed = [row for row in rows if self._allows(row)]
        if not allowed:
            return None
        self._requests[allowed[0].channel] += 1
        turn, rest = divmod(self._requests[allowed[0].channel], YIELD_EVERY)
        row = allowed[0] if rest else allowed[turn % len(allowed)]
        self._take(row)
        return row

    def _allows(self, row: OutboxMessage) -> bool:
        bucket, now = _bucket(row), time.monotonic()
        spare = (self._burst[bucket[0]] - 1) * self._interval[bucket[0]]
        return max(self._full_at.get(bucket, 0.0) - spare, self._blocked_until.get(bucket, 0.0)) <= now

    def _take(self, row: OutboxMessage) -> None:
        bucket = _bucket(row)
        full_at = max(self._full_at.get(bucket, 0.0), time.monotonic())
        self._full_at[bucket] = full_at + self._interval[bucket[0]]

    def block(self, row: OutboxMessage, seconds: float) -> None:
        """Allow no requests like this one for so long, as Slack has asked."""
        self._blocked_until[_bucket(row)] = time.monotonic() + seconds


def _bucket(row: OutboxMessage) -> Bucket:
    return (EDIT, "") if row.ts else (POST, row.channel)
