"""Bolt's executor: what it is given while a request is handed to Bolt is of that request, and the request is done with it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from logs import ContextExecutor
from models import inbox
from models.database import Database
from models.inbox import Claim

log = logging.getLogger("switchhook.slack")

# Threads that process commands: most of them only wait for the publish of another.
WORKERS = 64


@dataclass
class Work:
    """A stored request that is carried out. `parts`: how many threads have something to do for it."""

    claim: Claim
    parts: int = 1
    is_given_back: bool = False  # it failed, and whoever looks next tries again


class RequestExecutor(ContextExecutor):
    """Notes that a request is done when all is done that was submitted for it."""

    def __init__(self, database: Database) -> None:
        super().__init__(WORKERS, "ext")
        self._database = database
        self._lock = threading.Lock()
        self._current: ContextVar[Work | None] = ContextVar("work", default=None)

    @contextmanager
    def working(self, claim: Claim) -> Iterator[Work]:
        """Have what happens meanwhile, and what is submitted, be of that request."""
        work = Work(claim)
        before = self._current.set(work)
        try:
            yield work
        finally:
            self._current.reset(before)
            if self._is_last(work):
                super().submit(self._end, work)  # so that the acknowledgement need not wait for it

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if (work := self._current.get()) is None:
            return super().submit(fn, *args, **kwargs)
        with self._lock:
            work.parts += 1
        return super().submit(self._run, work, fn, *args, **kwargs)

    def _run(self, work: Work, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return fn(*args, **kwargs)
        finally:
            if self._is_last(work):
                self._end(work)

    def _is_last(self, work: Work) -> bool:
        with self._lock:
            work.parts -= 1
            return not work.parts

    def _end(self, work: Work) -> None:
        try:
            (inbox.release if work.is_given_back else inbox.finish)(self._database, work.claim)
        except SQLAlchemyError as error:
            log.warning("that a request is done is not noted", extra={"reason": type(error).__name__})
