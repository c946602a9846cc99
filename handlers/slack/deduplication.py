"""Deduplication: a request of Slack's is processed once, however often and by whichever process it is received."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlmodel import col, select

from logs import ContextExecutor
from models import pruning
from models.database import Database
from models.slack_request import SlackRequest
from models.types import now

log = logging.getLogger("switchhook.slack")

# A signature counts for five minutes, and from a clock that is five minutes ahead for ten.
KEEP = timedelta(minutes=11)
AGAIN = "a request came once more; it is worked on already"
LOOKUP_SECONDS = 1.5  # Slack waits three for its answer
# Threads that process commands: most of them only wait for the publish of another.
WORKERS = 64


class Fingerprint(NamedTuple):
    """What identifies a request when it is received again. `is_retry`: Slack marked it, with a newer timestamp."""

    body_hash: str
    timestamp: str
    is_retry: bool

    @classmethod
    def of(cls, body: bytes, timestamp: str, is_retry: bool) -> Fingerprint:
        return cls(hashlib.sha256(body).hexdigest(), timestamp, is_retry)

    @classmethod
    def of_payload(cls, payload: dict[str, Any]) -> Fingerprint:
        """Return that of a payload of Socket Mode: no two have the same trigger or event ID, whatever their envelopes."""
        return cls.of(json.dumps(payload, sort_keys=True).encode(), "socket", is_retry=True)


def is_first(database: Database, request: Fingerprint) -> bool:
    """Record a request for all processes; return whether it had not been recorded before.

    True, too, when the database does not answer: a lost command is worse than one that is done twice, and nearly all
    need the same database.
    """
    try:
        with database.session() as session:
            same_body = select(SlackRequest).where(col(SlackRequest.body_hash) == request.body_hash)
            if request.is_retry and session.exec(same_body).first():
                log.info(AGAIN)
                return False
            session.add(SlackRequest(body_hash=request.body_hash, timestamp=request.timestamp))
    except IntegrityError:
        log.info(AGAIN)
        return False
    except SQLAlchemyError as error:
        log.warning("whether a request came before is unknown", extra={"reason": type(error).__name__})
    return True


def prune(database: Database) -> None:
    """Delete requests whose signature has expired."""
    pruning.prune(database, SlackRequest, col(SlackRequest.seen_at) < now() - KEEP)


class DeduplicatingExecutor(ContextExecutor):
    """Bolt's executor. It looks for duplicates in its threads, so that this does not delay the acknowledgement."""

    def __init__(self, database: Database) -> None:
        super().__init__(WORKERS, "ext")
        self.current: ContextVar[Fingerprint | None] = ContextVar("current", default=None)
        self._database = database
        self._lookups = ThreadPoolExecutor(WORKERS, "once")

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(self._run_once, fn, *args, **kwargs)

    def _run_once(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        request = self.current.get()
        return fn(*args, **kwargs) if request is None or is_first(self._database, request) else None

    def is_first_in_time(self, request: Fingerprint) -> bool:
        """Return is_first() of a request that is processed before it is answered; true if the database takes too long."""
        try:
            return self._lookups.submit(is_first, self._database, request).result(LOOKUP_SECONDS)
        except TimeoutError:
            return True
