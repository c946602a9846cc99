"""A request of Slack's becomes a row before it is acknowledged; who sent it reads at once when it does not in time."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlmodel import Session

from handlers.slack import deduplication, payloads
from handlers.slack.deduplication import AGAIN, Again, Fingerprint
from handlers.slack.payload_shapes import JsonObject
from logs import request_id
from models import failure, inbox
from models.inbox import Claim, InboxRequest
from models.patience import Patience
from models.process_names import process_name
from pbx.services import Services

log = logging.getLogger("switchhook.slack")

IN_TIME = 2.3  # seconds: Slack waits three for its answer
# SQLite asks for a lock more and more seldom, up to 0.1 s apart, and whoever asks at the right moment has it: begun anew
# again and again, storing asks more often than what was begun before it.
SHORT = Patience(lock=30, statement=1_000)
MOST_AT_ONCE = 50
TOO_LATE = 40.0  # seconds: who has read MAYBE types it again soon
TOOK_TOO_LONG = "the database took too long to answer"


class Unstored(NamedTuple):
    """Why a request is no row; `is_certain`: else it may be one, and is carried out within a minute then."""

    reason: str
    is_certain: bool


class _GivenUp(Exception):
    """Nobody waits for it any more."""


ONE_OF_THEM = (_GivenUp, Again, IntegrityError)  # is why none of many is stored


class _Attempt:
    """A request on its way into the database, and whoever waits for it."""

    def __init__(self, payload: JsonObject, fingerprint: Fingerprint, *, is_look: bool) -> None:
        self.payload = payload
        self.fingerprint = fingerprint
        self.is_look = is_look
        self.request_id = request_id.get()
        self.began = time.monotonic()
        self.stored: Future[Claim] = Future()
        self.is_committing = False
        self.locked: SQLAlchemyError | None = None  # why it is not stored yet
        self._is_awaited = True
        self._lock = threading.Lock()

    @property
    def is_awaited(self) -> bool:
        return self._is_awaited

    def commit(self) -> None:
        """From here on it may be stored. Raises _GivenUp where nobody waits any more: it is not."""
        with self._lock:
            if not self._is_awaited:
                raise _GivenUp
            self.is_committing = True

    def is_stored(self, claim: Claim) -> bool:
        """Note that it is; return whether somebody still waits."""
        with self._lock:
            self.stored.set_result(claim)
            return self._is_awaited

    def give_up(self) -> bool:
        """Wait no more; return False where it is stored, or failed, at this moment."""
        with self._lock:
            self._is_awaited = self.stored.done()
            return not self._is_awaited


class Store:
    """Stores requests, each claimed by this process: those that come at one moment in one transaction."""

    def __init__(self, services: Services) -> None:
        self._database = services.database
        self._cipher = services.cipher
        self.name = process_name()
        self._waiting: deque[_Attempt] = deque()
        self._thread = ThreadPoolExecutor(1, "store")  # so that the database is not written by many at once

    def store(self, payload: JsonObject, fingerprint: Fingerprint, *, is_look: bool) -> Claim | Unstored:
        """Return the right to carry it out, or why it is not stored. Raises Again for one that came before.

        `is_look`: it changes nothing, and is carried out at once if it is not stored in time, and never later.
        """
        attempt = _Attempt(payload, fingerprint, is_look=is_look)
        self._waiting.append(attempt)
        self._thread.submit(self._write_waiting)
        try:
            return attempt.stored.result(IN_TIME)
        except TimeoutError:
            if attempt.give_up():
                return _unstored(failure.cause(attempt.locked) if attempt.locked else TOOK_TOO_LONG, attempt)
            return attempt.stored.result()
        except Again:
            log.info(AGAIN)
            raise
        except SQLAlchemyError as error:
            return _unstored(failure.cause(error), attempt)

    def _write_waiting(self) -> None:
        """Store what waits, and what comes until that is possible: as one, so that one lock is enough for it."""
        batch = self._gathered([])
        while failure.is_locked(error := self._write(batch)):
            batch = self._gathered(batch)
        for each in batch:
            if isinstance(error, ONE_OF_THEM):
                self._write_alone(each)
            else:
                _end(each, error)

    def _gathered(self, batch: list[_Attempt]) -> list[_Attempt]:
        """Return those of a batch that are awaited, and more."""
        while self._waiting and len(batch) < MOST_AT_ONCE:
            batch.append(self._waiting.popleft())
        return [each for each in batch if each.is_awaited]

    def _write_alone(self, attempt: _Attempt) -> None:
        error = self._write([attempt])
        while attempt.is_awaited and failure.is_locked(error):
            error = self._write([attempt])
        _end(attempt, error)

    def _write(self, batch: list[_Attempt]) -> Exception | None:
        """Store them, or none; return why not."""
        if not batch:  # somebody else's turn had them
            return None
        try:
            with self._database.session(SHORT) as session:
                claims = [self._add(session, each) for each in batch]
                for each in batch:
                    each.commit()
        except Exception as error:  # whoever waits for it raises it
            for each in batch:
                each.locked = error if failure.is_locked(error) else None
                each.is_committing = each.is_committing and not (
                    each.locked or isinstance(error, ONE_OF_THEM)
                )
            return error
        for each, claim in zip(batch, claims, strict=True):
            if not each.is_stored(claim):
                self._is_late(claim, each)
        return None

    def _add(self, session: Session, attempt: _Attempt) -> Claim:
        """Raises Again, IntegrityError."""
        deduplication.record(session, attempt.fingerprint)
        row = InboxRequest(
            body_hash=attempt.fingerprint.body_hash,
            kind=payloads.kind_of(attempt.payload),
            request_id=attempt.request_id,
            claim=self.name,
        )
        return inbox.add(session, self._cipher, row, json.dumps(attempt.payload))

    def _is_late(self, claim: Claim, attempt: _Attempt) -> None:
        """Have it carried out as long as who sent it still waits, and not any more afterwards."""
        took = round(time.monotonic() - attempt.began, 1)
        log.warning("a request was stored late", extra={"seconds": took})
        leave = attempt.is_look or took > TOO_LATE
        (inbox.finish if leave else inbox.release)(self._database, claim)


def _end(attempt: _Attempt, error: Exception | None) -> None:
    if error:
        attempt.stored.set_exception(Again() if isinstance(error, IntegrityError) else error)


def _unstored(reason: str, attempt: _Attempt) -> Unstored:
    log.warning("a request is not stored", extra={"reason": reason})
    return Unstored(reason, not attempt.is_committing)
