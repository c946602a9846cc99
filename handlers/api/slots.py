"""How many requests of the API a web process works on at once, so that Slack always finds a thread free there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import BoundedSemaphore
from typing import ParamSpec, TypeVar

from handlers.api.problems import Problem

P = ParamSpec("P")
AnswerT = TypeVar("AnswerT")

SLOTS = 8  # of the 16 threads that gunicorn.conf.py gives a web process
BUSY = f"the API works on {SLOTS} requests at once in each web process, and all are taken: send this again in a second"


class Slots:
    """Let as many into views at a time. Raises Problem for others: to wait would take a thread, too."""

    def __init__(self) -> None:
        self._free = BoundedSemaphore(SLOTS)

    def held(self, view: Callable[P, AnswerT]) -> Callable[P, AnswerT]:
        """Return the view, which takes a slot for as long as it works."""

        @wraps(view)
        def holding(*args: P.args, **more: P.kwargs) -> AnswerT:
            if not self._free.acquire(blocking=False):
                raise Problem(503, BUSY, headers={"Retry-After": "1"})
            try:
                return view(*args, **more)
            finally:
                self._free.release()

        return holding
