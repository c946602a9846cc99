"""Deduplication: a request of Slack's is processed once, however often and by whichever process it is received."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlmodel import Session, col, select

from models import pruning
from models.database import Database
from models.slack_request import SlackRequest
from models.types import now

log = logging.getLogger("switchhook.slack")

# A signature counts for five minutes, and from a clock that is five minutes ahead for ten.
KEEP = timedelta(minutes=11)
AGAIN = "a request came once more; it is worked on already"


class Again(Exception):
    """A request that was recorded before."""


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
    """Record it for all processes; return whether it had not been recorded before.

    True, too, when the database does not answer: whoever asks needs the same database.
    """
    try:
        with database.session() as session:
            record(session, request)
    except (IntegrityError, Again):
        log.info(AGAIN)
        return False
    except SQLAlchemyError as error:
        log.warning("whether a request came before is unknown", extra={"reason": type(error).__name__})
    return True


def record(session: Session, request: Fingerprint) -> None:
    """Record it. Raises Again, and IntegrityError, for one that was recorded before."""
    same_body = select(SlackRequest).where(col(SlackRequest.body_hash) == request.body_hash)
    if request.is_retry and session.exec(same_body).first():
        raise Again
    session.add(SlackRequest(body_hash=request.body_hash, timestamp=request.timestamp))


def prune(database: Database) -> None:
    """Delete requests whose signature has expired."""
    pruning.prune(database, SlackRequest, col(SlackRequest.seen_at) < now() - KEEP)
