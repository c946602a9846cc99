"""Slack on a bad day: refusals, outages, slowness, and the limits on how often one may call."""

import time
from dataclasses import dataclass, field
from typing import Any

SECONDS_BETWEEN_POSTS = 1.0  # chat.postMessage: "generally 1 message per second per channel"


@dataclass(frozen=True)
class Fault:
    """What goes wrong. `status` is an HTTP status; `retry_after` and `hang` are seconds.

    A fault with neither `error` nor a `status` other than 200 only makes the answer slow: Slack did
    the work, and the caller learns of it late or never.
    """

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    hang: float = 0.0

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
    """The faults to come, by method: the counted ones are used up first, then the standing one."""

    enforce_rate_limits: bool = False
    _next: dict[str, list[Fault]] = field(default_factory=dict)
    _standing: dict[str, Fault] = field(default_factory=dict)
    _last_post: dict[str, float] = field(default_factory=dict)

    def add(self, method: str, n: int, fault: Fault) -> None:
        self._next.setdefault(method, []).extend([fault] * n)

    def stand(self, method: str, fault: Fault) -> None:
        self._standing[method] = fault

    def clear(self, method: str | None = None) -> None:
        for name in [method] if method else [*self._next, *self._standing]:
            self._next.pop(name, None)
            self._standing.pop(name, None)

    def take(self, method: str, arguments: dict[str, Any]) -> Fault | None:
        """The fault that this call meets, if any."""
        if self._next.get(method):
            return self._next[method].pop(0)
        return self._standing.get(method) or self._rate_limit(method, arguments)

    def _rate_limit(self, method: str, arguments: dict[str, Any]) -> Fault | None:
        if not self.enforce_rate_limits or method != "chat.postMessage":
            return None
        channel, now = str(arguments.get("channel")), time.monotonic()
        if now - self._last_post.get(channel, float("-inf")) < SECONDS_BETWEEN_POSTS:
            return Fault(status=429, retry_after=1)
        self._last_post[channel] = now
        return None
