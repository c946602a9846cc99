"""Idempotency-Key: a request with one is done once, and whoever sends it again has the same answer.

After draft-ietf-httpapi-idempotency-key-header-07 of the IETF. Requests that are refused before they are worked on (no
token, a body that cannot be used) do not use the key up; what fails for the server's own reasons can be tried again.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from handlers.api.authentication import current_token
from handlers.api.problems import Problem, problem_of
from models import idempotency
from models.audit import AuditEntry
from models.errors import SecretUnreadable
from models.idempotency import Answer, Claim, OtherRequest, StillWorking
from pbx import unfinished
from pbx.answers import ChangeResult
from pbx.services import Services

log = logging.getLogger("switchhook.api")

SERVICES = "switchhook-idempotency"  # where the app has them
HEADER = "Idempotency-Key"
MAX_LENGTH = 255
RETRY_AFTER = "2"  # seconds
FORM = (
    f"{HEADER} is a name of your own for one request, at most {MAX_LENGTH} characters of ASCII, best a new UUID: "
    '"8e03978e-40d5-43e8-bc93-6894a57f9324"'
)
OTHER = (
    f"this {HEADER} came with another request within the last 24 hours: take a new one for each request, and send the "
    "same again only with the same body"
)
WORKING = "the first request with this {} is still worked on, or its process has just ended: send the same once more in {} seconds"
UNREADABLE = (
    f"what the first request with this {HEADER} was cannot be read any more, as the key that sealed it is missing from "
    "SECRET_KEY: look at what there is, and take a new one"
)

View = Callable[..., Response]


def register(app: Flask, services: Services) -> None:
    app.extensions[SERVICES] = services


def once(view: View) -> View:
    """Return the view, worked on once for each key. A dry run does nothing, and no answer to it is kept."""

    def guarded(**given: Any) -> Response:
        key = _key(request.headers.getlist(HEADER))
        is_dry_run = any(getattr(each, "dry_run", False) for each in given.values())
        if key is None or is_dry_run:
            return view(**given)
        services: Services = current_app.extensions[SERVICES]
        found = _claim(services, key)
        if isinstance(found, Answer):
            return Response(found.body, found.status, found.headers)
        return _work(services, found, view, given)

    return guarded


def _key(headers: Sequence[str]) -> str | None:
    """Return the key, with or without the quotes that the draft asks for; None without a header. Raises Problem."""
    if not headers:
        return None
    quoted = re.fullmatch(r'"((?:[ !#-\[\]-~]|\\["\\])*)"', headers[0])
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else headers[0]
    is_plain = re.fullmatch(r"[!#-+\--~]*", key)  # no quotes, and no comma, by which two headers are one
    if len(headers) > 1 or not 0 < len(key) <= MAX_LENGTH or not (quoted or is_plain):
        raise Problem(400, FORM)
    return key


def _claim(services: Services, key: str) -> Claim | Answer:
    """Raises Problem."""
    token = current_token()
    try:
        return idempotency.claim(services.database, services.cipher, token.jti, key, _fingerprint())
    except StillWorking:
        detail = WORKING.format(HEADER, RETRY_AFTER)
        raise Problem(409, detail, headers={"Retry-After": RETRY_AFTER}) from None
    except OtherRequest:
        raise Problem(422, OTHER) from None
    except SecretUnreadable:
        raise Problem(409, UNREADABLE) from None


def _fingerprint() -> str:
    """Return what makes two requests the same: where they go, what they hold, and on which revision they insist."""
    parts = [request.method, request.full_path, request.mimetype, request.headers.get("If-Match", "")]
    found = hashlib.sha256("\n".join(parts).encode())
    found.update(b"\n" + request.get_data())
    return found.hexdigest()


def _work(services: Services, claimed: Claim, view: View, given: dict[str, Any]) -> Response:
    g.idempotent_request_id = claimed.id
    with idempotency.working(services.database, claimed):
        try:
            g.earlier_acts = idempotency.committed(services.database, claimed)
            response = view(**given)
        except Exception as error:  # whatever it is, it is the answer, and the claim must not stay
            response = problem_of(error).response()
        _end(services, claimed, response)
    return response


def _end(services: Services, claimed: Claim, response: Response) -> None:
    """Keep the answer, or let the next one try. If the database is away, the claim ends by itself."""
    try:
        if response.status_code < 500:
            idempotency.finish(services.database, services.cipher, claimed, _kept(response))
        else:
            idempotency.release(services.database, claimed)
    except SQLAlchemyError as error:
        log.warning("an answer is not kept", extra={"reason": type(error).__name__})


def earlier_acts() -> list[AuditEntry]:
    """Return what earlier attempts at this very request have committed, which ended before it was answered."""
    found: list[AuditEntry] = g.get("earlier_acts", [])
    return found


def begun(services: Services) -> ChangeResult | None:
    """Return what has come of an earlier attempt at this very request, which ended before it was answered.

    None: there was none, or it had committed nothing. A view that changes one extension asks this before it begins.
    """
    acts = [each for each in earlier_acts() if each.number]
    return unfinished.finish(services, acts[0]) if acts else None


def _kept(response: Response) -> Answer:
    headers = {name: value for name, value in response.headers if name != "Content-Length"}
    return Answer(response.status_code, headers, response.get_data(as_text=True))
