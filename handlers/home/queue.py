"""Homes that people ask for: a few at a time, and each person's one after the other.

Commands and buttons have threads of their own, so that they are answered while many open their Home, or Slack is slow.
"""

from __future__ import annotations

import logging
import threading
from typing import Any, NamedTuple

from handlers.home.publishing import Homes
from logs import ContextExecutor

log = logging.getLogger("switchhook.home")

THREADS = 6


class Page(NamedTuple):
    number: int = 1
    search: str = ""


class HomeQueue:
    """Of what one person asks for while their Home is made, the last counts."""

    def __init__(self, homes: Homes) -> None:
        self._homes = homes
        self._lock = threading.Lock()
        self._wanted: dict[str, Page | None] = {}  # by person; None: the page that they were on last
        self._served: set[str] = set()
        self._threads = ContextExecutor(THREADS, "home")

    def open(self, user_id: str, page: Page) -> None:
        """Have a page of a person's Home shown."""
        self._put(user_id, page)

    def reopen(self, user_id: str) -> None:
        """Have the page shown anew that the person was on last."""
        self._put(user_id, None)

    def follow(self, body: dict[str, Any]) -> None:
        """Have a Home shown anew if that is where something was pressed."""
        if (body.get("view") or {}).get("type") == "home":
            self.reopen(body["user"]["id"])

    def _put(self, user_id: str, page: Page | None) -> None:
        with self._lock:
            self._wanted[user_id] = page or self._wanted.get(user_id)
            if user_id in self._served:
                return
            self._served.add(user_id)
        self._threads.submit(self._serve, user_id)

    def _serve(self, user_id: str) -> None:
        while self._is_waiting(user_id):
            try:
                self._show(user_id)
            except Exception:
                log.exception("a Home is not shown")

    def _is_waiting(self, user_id: str) -> bool:
        """Return whether a person wants to see something; if not, their next wish begins anew."""
        with self._lock:
            if user_id not in self._wanted:
                self._served.discard(user_id)
            return user_id in self._served

    def _show(self, user_id: str) -> None:
        with self._lock:
            page = self._wanted.pop(user_id)
        if page:
            self._homes.open(user_id, page.number, page.search)
        else:
            self._homes.reopen(user_id)
