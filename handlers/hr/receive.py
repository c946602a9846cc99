"""One delivery of an HR system, from the raw request to a committed row; knows nothing of Flask."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlmodel import col, select

from handlers.body_limits import MAX_BODY
from handlers.hr import bodies, mapping
from handlers.hr.bodies import Unreadable
from handlers.hr.mapping import ParsedDelivery
from handlers.hr.signatures import Headers
from handlers.hr.source import Source
from handlers.hr.sources import SOURCES
from handlers.refusal_log import RefusalLog
from models.database import Database
from models.hr_delivery import DeliveryState, HrDelivery
from pbx.services import Services

log = logging.getLogger("switchhook.hr")

MAX_PING = 100
FORM = "application/x-www-form-urlencoded"
NO_EMPLOYEE_NOTE = "it tells of nobody"


class Answer(NamedTuple):
    """What the HR system gets: an HTTP status and a JSON object."""

    status: int
    body: dict[str, Any]


NOT_FOUND = Answer(404, {"error": "there is nothing here"})
TOO_LARGE = Answer(413, {"error": f"a delivery has at most {MAX_BODY} bytes"})
NOT_SIGNED = Answer(401, {"error": "not signed with a key of ours, or not within 5 minutes"})
PONG = Answer(200, {"ok": True})
UNAVAILABLE = Answer(503, {"error": "this cannot be stored right now; please deliver it again later"})


refusals = RefusalLog(log, "HR deliveries refused")


def receive(
    services: Services, source_name: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> Answer:
    """Store a delivery that is really signed, and answer with its number; to the same one, the same again.

    Never raises: 404 unknown source or none of its keys is set, 413 too large, 401 not signed or stale,
    200 a ping, 400 signed but unreadable, 503 the database is away. What is stored is answered with the status
    that the source expects.
    """
    source = SOURCES.get(source_name)
    keys = [key.get_secret_value() for key in getattr(services.settings, source.setting)] if source else []
    if source is None or not keys:
        return NOT_FOUND
    if len(body) > MAX_BODY:
        return TOO_LARGE
    if len(body) <= MAX_PING and re.sub(rb'[\s"]', b"", body) in source.unsigned_pings:
        return PONG
    plain_headers = {name.lower(): value for name, value in headers.items()}
    if reason := source.signature.refusal(plain_headers, body, keys, now):
        refusals.count(source_name, reason, now)
        return NOT_SIGNED
    try:
        parsed = _parse(source, plain_headers, body)
    except Unreadable as error:
        return Answer(400, {"error": str(error)})
    if parsed is None:
        return PONG
    number = _store(services.database, _row(source_name, _key(source, plain_headers, body), parsed, now))
    return Answer(source.accepted, {"delivery": number}) if number else UNAVAILABLE


def _parse(source: Source, headers: Headers, body: bytes) -> ParsedDelivery | None:
    """Return None for a ping. Raises Unreadable."""
    is_form = source.sends_forms and headers.get("content-type", "").lower().startswith(FORM)
    document = bodies.parse(body, is_form=is_form)
    return None if mapping.is_ping(source, document) else mapping.parse_events(source, document)


def _key(source: Source, headers: Headers, body: bytes) -> str:
    """Return what is the same when the same delivery comes again."""
    given = headers.get(source.id_header, "") if source.id_header else ""
    if re.fullmatch(r"[!-~]{1,128}", given):
        return given
    return hashlib.sha256(given.encode("utf-8", "surrogatepass") or body).hexdigest()


def _row(source: str, key: str, parsed: ParsedDelivery, now: datetime) -> HrDelivery:
    """Build the row. Whether it can be carried out is for the worker to find out: here, nobody is to wait."""
    events = [event.model_dump(mode="json") for event in parsed.events]
    notes = "; ".join(parsed.notes) or None
    state, reason = (
        (DeliveryState.WAITING, notes) if events else (DeliveryState.IGNORED, notes or NO_EMPLOYEE_NOTE)
    )
    return HrDelivery(source=source, key=key, received_at=now, events=events, state=state, reason=reason)


def _store(database: Database, row: HrDelivery) -> int | None:
    """Return the number of the delivery; None when it could not be stored."""
    source, key = row.source, row.key
    try:
        number = _number_of(database, source, key) or _insert(database, row)
        # None from the insert: the same delivery came in between.
        return number or _number_of(database, source, key)
    except SQLAlchemyError as error:
        log.warning(
            "an HR delivery could not be stored", extra={"source": source, "reason": type(error).__name__}
        )
        return None


def _number_of(database: Database, source: str, key: str) -> int | None:
    this = col(HrDelivery.source) == source, col(HrDelivery.key) == key
    with database.session() as session:
        return session.exec(select(HrDelivery.id).where(*this)).first()


def _insert(database: Database, row: HrDelivery) -> int | None:
    """Commit the row and return its number; None when another request was faster."""
    try:
        with database.session() as session:
            session.add(row)
    except IntegrityError:
        return None
    return row.id
