"""What has to be asked for its figures, and may not answer: a scrape goes on without it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from prometheus_client import Metric
from sqlalchemy.exc import SQLAlchemyError

from models import failure
from pbx.errors import SwitchhookError

log = logging.getLogger("switchhook.metrics")

SECONDS = 3.0  # Prometheus itself waits ten for all of them
AWAY = (SwitchhookError, SQLAlchemyError, OSError)  # a TimeoutError is an OSError


class Source:
    """Asked in a thread, one at a time: however long it hangs, and however often it is scraped, no second one waits."""

    def __init__(self, name: str, ask: Callable[[], Sequence[Metric]]) -> None:
        self.name = name
        self._ask = ask
        self._lock = threading.Lock()
        self._asked: Future[Sequence[Metric]] | None = None

    def figures(self) -> Sequence[Metric] | None:
        """Return its figures; None: it does not answer, or not in time."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = _in_thread(self._ask, self.name)
            asked = self._asked
        try:
            return asked.result(SECONDS)
        except AWAY as error:
            log.warning("no figures for /metrics", extra={"source": self.name, "reason": _reason(error)})
            return None


def _reason(error: Exception) -> str:
    if isinstance(error, SQLAlchemyError):
        return failure.cause(error)
    return str(error) or type(error).__name__


def _in_thread(ask: Callable[[], Sequence[Metric]], name: str) -> Future[Sequence[Metric]]:
    future: Future[Sequence[Metric]] = Future()

    def run() -> None:
        try:
            future.set_result(ask())
        except Exception as error:  # raised again by result()
            future.set_exception(error)

    threading.Thread(target=run, name=f"metrics-{name}", daemon=True).start()
    return future
