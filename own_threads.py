"""Which requests have threads of their own, by where they go, so that no others wait for them: Slack gives up after
three seconds, programs send as many requests at once as they like, and people look at pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple
from urllib.parse import unquote

from gunicorn.util import split_request_uri

import raw_answers

AGAIN_SECONDS = 2
TARGET = re.compile(rb"[^ \r\n]+ ([^ \r\n]+)")  # of a request line


class Share(NamedTuple):
    """Requests to /`root`, which have so many threads. `most`: of them under way and waiting.

    Connections are limited, too, and Slack's are to find room.
    """

    root: str
    threads: int
    most: int
    too_many: str
    refusal: Callable[[str, str], str]

    def busy(self) -> str:
        """Return the rest of the answer for who is one too many."""
        return f"Retry-After: {AGAIN_SECONDS}\r\n{self.refusal(raw_answers.BUSY, self.too_many)}"


API = Share(
    "api", 8, 200, "200 requests are being answered or wait for that: send fewer at once", raw_answers.problem
)
PAGES = Share(
    "extensions",
    8,
    150,
    "Too many people look at these pages right now: reload this one in a few seconds",
    raw_answers.page,
)
SHARES = (API, PAGES)


def share_of(data: bytes | bytearray) -> Share | None:
    """Return which requests one that begins so belongs to; None: the others."""
    root = _path(data).lstrip("/").partition("/")[0]
    return next((share for share in SHARES if share.root == root), None)


def _path(data: bytes | bytearray) -> str:
    """Return where a request goes, as gunicorn tells the app: by that a route is found, however it was written."""
    target = TARGET.match(data)
    try:
        return unquote(split_request_uri(target[1].decode("latin-1")).path) if target else ""
    except ValueError:  # gunicorn refuses it
        return ""


class OwnThreads:
    """The threads of all shares, in one web process. All but the work itself is called by the accepting loop alone."""

    def __init__(self) -> None:
        self._pools = {share: ThreadPoolExecutor(share.threads, share.root) for share in SHARES}
        self._requests = dict.fromkeys(SHARES, 0)

    def is_full(self, share: Share) -> bool:
        return self._requests[share] >= share.most

    def submit(self, share: Share, work: Callable[[], bool]) -> Future[bool]:
        self._requests[share] += 1
        return self._pools[share].submit(work)

    def note_answered(self, share: Share) -> None:
        self._requests[share] -= 1

    def shut_down(self) -> None:
        for pool in self._pools.values():
            pool.shutdown(wait=False)
