"""Bolt's executor: what it is given while a request is handed to Bolt is of that request, and the request is done with it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from handlers.slack import work
from handlers.slack.blocks import SlackMessage
from handlers.slack.work import Work
from logs import ContextExecutor
from models import inbox
from models.database import Database
from models.inbox import Claim

log = logging.getLogger("switchhook.slack")

# Threads that process commands: most of them only wait for the publish of another.
WORKERS = 64
LOOKERS = 16  # of what changes nothing: it does not wait behind somebody's many changes


class RequestExecutor(ContextExecutor):
    """Notes that a request is done when all is done that was submitted for it."""

    def __init__(self, database: Database) -> None:
        super().__init__(WORKERS, "ext")
        self._lookers = ContextExecutor(LOOKERS, "ext-looks")
        self._database = database
        self._lock = threading.Lock()
        self._working: dict[int, Work] = {}
        self._ended: list[Work] = []  # that could not be noted yet

    @contextmanager
    def working(
        self, claim: Claim, instead: Callable[[], SlackMessage] | None = None, *, is_look: bool = False
    ) -> Iterator[Work]:
        """Have what happens meanwhile, and what is submitted, be of that request. `is_look`: it changes nothing."""
        mine = Work(claim, instead, is_look=is_look)
        with self._lock:
            self._working[claim.id] = mine
        before, fence = work.current.set(mine), inbox.current.set(claim)
        try:
            yield mine
        finally:
            work.current.reset(before)
            inbox.current.reset(fence)
            if self._is_last(mine):
                super().submit(self._end, mine)  # so that the acknowledgement need not wait for it

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if (mine := work.current.get()) is None:
            return super().submit(fn, *args, **kwargs)
        with self._lock:
            mine.parts += 1
            mine.is_shared = True
        submit = self._lookers.submit if mine.is_look else super().submit
        return submit(self._run, mine, fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait, cancel_futures=cancel_futures)
        self._lookers.shutdown(wait, cancel_futures=cancel_futures)

    def _run(self, mine: Work, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return fn(*args, **kwargs)
        finally:
            if self._is_last(mine):
                self._end(mine)

    def _is_last(self, mine: Work) -> bool:
        with self._lock:
            mine.parts -= 1
            return not mine.parts

    def _end(self, mine: Work) -> None:
        try:
            self._note(mine)
        except SQLAlchemyError as error:
            log.warning("that a request is done is not noted yet", extra={"reason": type(error).__name__})
            self._ended.append(mine)
        else:
            with self._lock:
                self._working.pop(mine.claim.id, None)

    def _note(self, mine: Work) -> None:
        if mine.is_given_back:
            inbox.release(self._database, mine.claim)
        elif mine.is_unsure:
            inbox.finish_unsaved(self._database, mine.claim)
        elif not mine.is_noted:
            inbox.finish(self._database, mine.claim, mine.ends_as)

    def note_ended(self) -> None:
        """Note what is done and could not be noted when it was."""
        ended, self._ended = self._ended, []
        for each in ended:
            self._end(each)

    def beat(self) -> None:
        """Say of each request that is carried out here that this process lives. Raises SQLAlchemyError.

        Each in a transaction of its own: nobody is to wait for two of them at once.
        """
        with self._lock:
            claims = [each.claim for each in self._working.values()]
        for claim in claims:
            inbox.beat(self._database, claim)

    @property
    def room(self) -> int:
        """How many more requests have a thread."""
        return max(0, WORKERS - len(self._working))
