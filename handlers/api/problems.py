"""What goes wrong under /api/, answered as RFC 9457 has it: application/problem+json, never HTML, never a traceback."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from handlers.api import problem_texts
from handlers.api.next_steps import Sentence
from logs import request_id
from models import failure
from models.errors import SecretUnreadable
from pbx.errors import (
    AsteriskUnavailable,
    NotFound,
    NumberTaken,
    Overtaken,
    PhonesAtRisk,
    Refusal,
    SwitchhookError,
    TransportTaken,
)

log = logging.getLogger("switchhook.api")

PREFIX = "/api"
MAX_FAULTS = 20  # that one answer names: a body can hold thousands, and each is compared with all fields
MAX_NAME = 80  # characters of a field that there is not, which an answer repeats
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = {"Retry-After": "30"}  # seconds; what waits is published every minute
UNFORESEEN = "something went wrong that nobody foresaw; whoever keeps the server finds request {} in its log"
# What werkzeug's own words leave open, by status.
DETAILS = {
    400: "this request cannot be read: what is sent is JSON in UTF-8",
    404: "there is nothing here; /api/docs lists what there is",
    415: "send JSON, with the header Content-Type: application/json",
}
# pydantic's own words, for people; in braces what it says besides.
OTHER_FAULTS = {
    "missing": "this is needed",
    "extra_forbidden": "there is no such field",
    "string_type": "this is text, in quotes",
    "int_type": "this is a whole number, without quotes",
    "int_parsing": "this is a whole number",
    "bool_parsing": "this is true or false",
    "bool_type": "this is true or false",
    "list_type": "this is a list",
    "dict_type": "this is an object",
    "literal_error": "this is {expected}",
    "enum": "this is {expected}",
    "greater_than_equal": "this is {ge} at least",
    "less_than_equal": "this is {le} at most",
    "string_too_long": "this has at most {max_length} characters",
    "too_long": "this is a list of at most {max_length}",
}
# What the program raises → the status. The first that fits counts.
STATUSES: Mapping[type[Exception], int] = {
    NotFound: 404,
    NumberTaken: 409,
    TransportTaken: 409,
    Refusal: 422,
    Overtaken: 409,
    PhonesAtRisk: 409,
    SwitchhookError: 503,
    SecretUnreadable: 503,
}


class FieldFault(BaseModel):
    """What is wrong with one field of a request, and what would be right; never what may be a secret."""

    field: str  # by the API's name; a field inside of others as `extensions.3.name`
    detail: Sentence


class ProblemDetails(BaseModel):
    """The body of every answer that is no success. A problem may have more members."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [problem_texts.example(422)]})

    type: str = "about:blank"  # RFC 9457: the status says what kind of problem it is
    title: str
    status: int
    detail: Sentence
    errors: list[FieldFault] | None = None


class Problem(Exception):
    """Raised in a view, it is the answer. `members` go into the body: `errors`, another `type`, or any more."""

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = {"title": HTTPStatus(status).phrase} | members

    def response(self) -> Response:
        body = ProblemDetails.model_validate({"status": self.status, "detail": self.detail} | self.members)
        text = body.model_dump_json(exclude_none=True)
        return Response(text, self.status, self.headers, content_type=MEDIA_TYPE)


def register(app: Flask) -> None:
    """Make a problem of everything that goes wrong under /api/, also where no route is; elsewhere of a Problem alone."""
    app.register_error_handler(Problem, Problem.response)
    app.register_error_handler(HTTPException, _of_werkzeug)
    app.register_error_handler(Exception, _of_program)
    app.after_request(_without_html)


def is_api() -> bool:
    """Return whether this request is for the API."""
    return request.path == PREFIX or request.path.startswith(f"{PREFIX}/")


def of_validation(error: ValidationError, fields: Collection[str] = ()) -> Problem:
    """Return the problem with a line for each field. See faults_of()."""
    faults = faults_of(error, fields)
    lines = [f"{fault.field}: {fault.detail}" if fault.field else fault.detail for fault in faults]
    return Problem(422, "; ".join(lines), errors=faults)


def faults_of(
    error: ValidationError, fields: Collection[str] = (), at_most: int = MAX_FAULTS
) -> list[FieldFault]:
    """Return what is wrong with each field, so many at most.

    `fields`: those that there are, for whoever misspelt one; they are listed once.
    """
    found = error.errors(include_input=False, include_url=False)
    unknown = next((each for each in found if _is_unknown(each)), None)
    faults = [_fault(each, fields, lists=each is unknown) for each in found[:at_most]]
    if left := len(found) - len(faults):
        faults.append(FieldFault(field="", detail=f"and {left} more"))
    return faults


def shortened(name: str) -> str:
    """Return what somebody named a field, as an answer repeats it."""
    return name if len(name) <= MAX_NAME else f"{name[:MAX_NAME]}…"


def _fault(fault: ErrorDetails, fields: Collection[str], *, lists: bool) -> FieldFault:
    """`lists`: it lists the fields that there are."""
    words = OTHER_FAULTS.get(fault["type"])
    detail = words.format(**fault.get("ctx", {})) if words else fault["msg"].removeprefix("Value error, ")
    if _is_unknown(fault):
        detail += _remedy(str(fault["loc"][0]), fields, lists=lists)
    return FieldFault(field=".".join(shortened(str(each)) for each in fault["loc"]), detail=detail)


def _is_unknown(fault: ErrorDetails) -> bool:
    """Return whether it is a field beside those of the request itself."""
    return fault["type"] == "extra_forbidden" and len(fault["loc"]) == 1


def _remedy(name: str, fields: Collection[str], *, lists: bool) -> str:
    """Return what follows “there is no such field”."""
    close = [each for each in fields if name in each] or get_close_matches(shortened(name), fields, n=1)
    meant = f"; did you mean {close[0]}?" if close else ""
    if not (lists and fields):
        return meant
    return f"{meant or '.'} The fields are {', '.join(fields)}"


def _of_werkzeug(error: HTTPException) -> Response | HTTPException:
    if not is_api() or error.response or not error.code:
        return error
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    detail = DETAILS.get(error.code) or error.description or HTTPStatus(error.code).phrase
    if error.code == 413:
        detail = f"a request to this address has at most {request.max_content_length} bytes"
    if error.code == 405:
        detail = f"{request.method} is not for this address: use {headers.get('Allow', 'another')}"
    return Problem(error.code, detail, headers=headers).response()


def _of_program(error: Exception) -> Response:
    if not is_api():
        raise error
    return problem_of(error).response()


def problem_of(error: Exception) -> Problem:
    """Return what to answer for an exception; an unforeseen one is logged."""
    match error:
        case Problem():
            return error
        case ValidationError():
            return of_validation(error)
        case SQLAlchemyError():
            return Problem(503, failure.describe(error), headers=RETRY_AFTER)
        case AsteriskUnavailable():
            return Problem(503, str(error), headers=RETRY_AFTER)
        case Overtaken() if "If-Match" in request.headers:
            return Problem(412, str(error))
    if status := status_of(error):
        return Problem(status, str(error))
    _log_unforeseen(error)
    return Problem(500, UNFORESEEN.format(request_id.get()))


def status_of(error: Exception) -> int | None:
    """Return the status that says what kind of refusal it is; None: it is none."""
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), None)


def _log_unforeseen(error: Exception) -> None:
    """Log where it happened and of what kind it is; its words may hold what nobody is to read."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    log.error("unforeseen", extra={"error": type(error).__name__, "where": where})


def _without_html(response: Response) -> Response:
    """Take the HTML of Flask's own answers out: to a redirect, as from /api//extensions, and to OPTIONS. Headers say all."""
    if is_api() and (response.status_code in (301, 302, 307, 308) or request.method == "OPTIONS"):
        response.data = b""
        response.headers.pop("Content-Type", None)
    return response
