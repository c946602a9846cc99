"""Slack on a bad day: refusals, outages, slowness, and the limits on how often one may call."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

SECONDS_BETWEEN_POSTS = (
    1.0  # chat.postMessage: "generally 1 message per second per channel", short bursts allowed
)
BURST_OF_POSTS = 3
EDITS_A_MINUTE = 50  # chat.update: Tier 3, whatever the channel
HOMES_A_MINUTE = 100  # views.publish: Tier 4, whoever's
PROFILES_A_MINUTE = 50  # users.profile.set: Tier 3, with any token
PROFILE_A_MINUTE = 10  # users.profile.set: “a single user's profile no more than 10 times per minute”


@dataclass(frozen=True)
class Fault:
    """What goes wrong. `status` is an HTTP status; `retry_after` and `hang` are seconds.

    A fault with neither `error` nor a `status` other than 200 only makes the answer slow, or with `drop`
    lose it with the connection, with `cut` its end: Slack did the work, and the caller learns of it late or never.
    """

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    hang: float = 0.0
    drop: bool = False
    cut: bool = False

    @property
    def refuses(self) -> bool:
        return bool(self.error) or self.status != 200

    @property
    def reason(self) -> str:
        if self.error or not self.refuses:
            return self.error
        return "ratelimited" if self.status == 429 else "internal_error"

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


@dataclass
class FaultPlan:
    """The faults to come, by method: the counted ones are used up first, then the standing one.

    A standing fault is for one channel, or for all ("").
    """

    clock: Callable[[], float] = time.monotonic
    enforce_rate_limits: bool = False
    _next: dict[str, list[Fault]] = field(default_factory=dict)
    _standing: dict[tuple[str, str], Fault] = field(default_factory=dict)
    _bucket_full_at: dict[str, float] = field(default_factory=dict)
    _edits: deque[float] = field(default_factory=deque)  # of the last minute
    _homes: deque[float] = field(default_factory=deque)  # of the last minute
    _profiles: deque[float] = field(default_factory=deque)  # of the last minute
    _profiles_of: dict[str, deque[float]] = field(default_factory=dict)  # by user

    def add(self, method: str, n: int, fault: Fault) -> None:
        self._next.setdefault(method, []).extend([fault] * n)

    def stand(self, method: str, fault: Fault, channel: str = "") -> None:
        self._standing[method, channel] = fault

    def clear(self, method: str | None = None) -> None:
        for name in [name for name in self._next if method in (None, name)]:
            del self._next[name]
        for place in [place for place in self._standing if method in (None, place[0])]:
            del self._standing[place]

    def take(self, method: str, arguments: dict[str, Any]) -> Fault | None:
        """The fault that this call meets, if any."""
        if self._next.get(method):
            return self._next[method].pop(0)
        standing = self._standing.get((method, str(arguments.get("channel")))) or self._standing.get(
            (method, "")
        )
        return standing or self._rate_limit(method, arguments)

    def _rate_limit(self, method: str, arguments: dict[str, Any]) -> Fault | None:
        if not self.enforce_rate_limits:
            return None
        match method:
            case "chat.postMessage":
                return self._limit_posts(str(arguments.get("channel")), self.clock())
            case "chat.update":
                return _limit_a_minute(self._edits, EDITS_A_MINUTE, self.clock())
            case "views.publish":
                return _limit_a_minute(self._homes, HOMES_A_MINUTE, self.clock())
            case "users.profile.set":
                return self._limit_profiles(str(arguments["user"]), self.clock())
        return None

    def _limit_posts(self, channel: str, now: float) -> Fault | None:
        full_at = max(self._bucket_full_at.get(channel, now), now)
        if full_at - now > (BURST_OF_POSTS - 1) * SECONDS_BETWEEN_POSTS:
            return Fault(status=429, retry_after=1)
        self._bucket_full_at[channel] = full_at + SECONDS_BETWEEN_POSTS
        return None

    def _limit_profiles(self, user_id: str, now: float) -> Fault | None:
        of_one = self._profiles_of.setdefault(user_id, deque())
        return _limit_a_minute(of_one, PROFILE_A_MINUTE, now) or _limit_a_minute(
            self._profiles, PROFILES_A_MINUTE, now
        )


def _limit_a_minute(calls: deque[float], most: int, now: float) -> Fault | None:
    """`calls` are those of the last minute, and this one is added."""
    while calls and now - calls[0] >= 60:
        calls.popleft()
    if len(calls) >= most:
        return Fault(status=429, retry_after=30)
    calls.append(now)
    return None
