"""Signs of life of whoever works on something for longer than an instant."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError

from models.types import UtcDateTime

log = logging.getLogger("switchhook.heartbeat")

RENEW_SECONDS = 5.0
DEAD_AFTER = timedelta(seconds=20)  # without a sign of life
DATABASE_NOW = func.now(type_=UtcDateTime())  # clocks of two machines may differ


def is_alive(alive_at: datetime | None, at: datetime) -> bool:
    """Return whether there was a sign of life lately; `at`: DATABASE_NOW, as the database gave it."""
    return alive_at is not None and at - alive_at < DEAD_AFTER


@contextmanager
def beating(note: Callable[[], object]) -> Iterator[None]:
    """Call `note`, which writes to the database that somebody lives, every RENEW_SECONDS; not any more afterwards."""
    done = threading.Event()
    thread = threading.Thread(target=_beat, args=(note, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()  # a call that is under way


def _beat(note: Callable[[], object], done: threading.Event) -> None:
    while not done.wait(RENEW_SECONDS):
        try:
            note()
        except SQLAlchemyError as error:
            log.warning("a claim is not renewed", extra={"reason": type(error).__name__})
