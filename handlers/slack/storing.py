"""A request of Slack's becomes a row before it is acknowledged; who sent it reads at once when it does not in time."""

from __future__ import annotations

import json
import logging
import threading
import time
from concurrent.futures import Future
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from handlers.slack import deduplication, payloads
from handlers.slack.deduplication import AGAIN, Again, Fingerprint
from handlers.slack.payload_shapes import JsonObject
from logs import ContextExecutor, request_id
from models import failure, inbox
from models.inbox import Claim, InboxRequest
from models.lease import process_name
from models.patience import Patience
from pbx.services import Services

log = logging.getLogger("switchhook.slack")

IN_TIME = 2.0  # seconds: Slack waits three for its answer
SHORT = Patience(lock=1_500, statement=1_500)
WORKERS = 64
TOO_LATE = 40.0  # seconds: who has read MAYBE types it again soon
TOOK_TOO_LONG = "the database took too long to answer"


class Unstored(NamedTuple):
    """Why a request is no row; `is_certain`: else it may be one, and is carried out within a minute then."""

    reason: str
    is_certain: bool


class _GivenUp(Exception):
    """Nobody waits for it any more."""


class _Attempt:
    """A request on its way into the database, and whoever waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_awaited = True
        self.is_committing = False
        self._is_stored = False
        self.began = time.monotonic()

    def commit(self) -> None:
        """From here on it may be stored. Raises _GivenUp where nobody waits any more."""
        with self._lock:
            if not self._is_awaited:
                raise _GivenUp
            self.is_committing = True

    def stored(self) -> bool:
        """Note that it is; return whether somebody still waits."""
        with self._lock:
            self._is_stored = True
            return self._is_awaited

    def give_up(self) -> bool:
        """Wait no more; return False where it is stored at this moment."""
        with self._lock:
            self._is_awaited = self._is_stored
            return not self._is_stored


class Store:
    """Stores requests, each claimed by this process."""

    def __init__(self, services: Services) -> None:
        self._database = services.database
        self._cipher = services.cipher
        self.name = process_name()
        # Threads of its own: one may wait long for a database that does not answer
        self._threads = ContextExecutor(WORKERS, "store")

    def store(self, payload: JsonObject, fingerprint: Fingerprint, *, is_look: bool) -> Claim | Unstored:
        """Return the right to carry it out, or why it is not stored. Raises Again for one that came before.

        `is_look`: it changes nothing, and is carried out at once if it is not stored in time, and never later.
        """
        attempt = _Attempt()
        writing: Future[Claim] = self._threads.submit(self._write, attempt, payload, fingerprint, is_look)
        try:
            return writing.result(IN_TIME)
        except TimeoutError:
            if attempt.give_up():
                return _unstored(TOOK_TOO_LONG, attempt)
            return writing.result()
        except IntegrityError:
            log.info(AGAIN)
            raise Again from None
        except Again:
            log.info(AGAIN)
            raise
        except SQLAlchemyError as error:
            return _unstored(failure.cause(error), attempt)

    def _write(
        self, attempt: _Attempt, payload: JsonObject, fingerprint: Fingerprint, is_look: bool
    ) -> Claim:
        kind = payloads.kind_of(payload)
        row = InboxRequest(
            body_hash=fingerprint.body_hash, kind=kind, request_id=request_id.get(), claim=self.name
        )
        with self._database.session(SHORT) as session:
            deduplication.record(session, fingerprint)
            claim = inbox.add(session, self._cipher, row, json.dumps(payload))
            attempt.commit()
        if not attempt.stored():
            self._is_late(claim, attempt, is_look)
        return claim

    def _is_late(self, claim: Claim, attempt: _Attempt, is_look: bool) -> None:
        """Have it carried out as long as who sent it still waits, and not any more afterwards."""
        took = round(time.monotonic() - attempt.began, 1)
        log.warning("a request was stored late", extra={"seconds": took})
        leave = is_look or took > TOO_LATE
        (inbox.finish if leave else inbox.release)(self._database, claim)


def _unstored(reason: str, attempt: _Attempt) -> Unstored:
    log.warning("a request is not stored", extra={"reason": reason})
    return Unstored(reason, not attempt.is_committing)
