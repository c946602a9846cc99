"""What goes wrong on the page: every refusal and every fault is a page that says what is so, and what to do next."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from flask import Blueprint, render_template
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from handlers import wording
from logs import request_id
from models import failure
from models.errors import SecretUnreadable
from pbx.errors import NotFound, Overtaken, Refusal, SwitchhookError

log = logging.getLogger("switchhook.pages")

UNFORESEEN = "Something went wrong that nobody foresaw. Whoever keeps the server finds request {} in its log."
# What is said in the place of werkzeug's own words, by status.
DETAILS = {
    403: "This is for phone admins. What is open to you is in the menu; for more, ask one of them.",
    404: "There is nothing at this address. The menu leads to all pages.",
    405: "Nothing is done at this address in that way, and nothing was. Go back to the page, and use its own buttons.",
    413: "That is too large: a file to import has at most 10 MB, and anything else 1 MB. Divide it, or reload the page of the form and send it again.",
}
# What the program raises → the status. The first that fits counts.
STATUSES: Mapping[type[Exception], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Refusal: HTTPStatus.UNPROCESSABLE_ENTITY,
    Overtaken: HTTPStatus.CONFLICT,
    SwitchhookError: HTTPStatus.SERVICE_UNAVAILABLE,
    SecretUnreadable: HTTPStatus.SERVICE_UNAVAILABLE,
}


class Fault(NamedTuple):
    """What the page of an error says."""

    title: str
    detail: str


def register(blueprint: Blueprint) -> None:
    blueprint.register_error_handler(HTTPException, _of_werkzeug)
    blueprint.register_error_handler(Exception, _of_program)


def page(status: int, detail: str) -> tuple[str, int]:
    """Return the page of an error."""
    title = HTTPStatus(status).phrase if status != HTTPStatus.UNPROCESSABLE_ENTITY else "That cannot be done"
    return render_template("pages/error.html", fault=Fault(title, wording.ended(detail))), status


def _of_werkzeug(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    own = type(error).description
    said = error.description if error.description != own else None
    return page(status, said or DETAILS.get(status) or error.description or "")


def _of_program(error: Exception) -> tuple[str, int]:
    for kind, status in STATUSES.items():
        if isinstance(error, kind):
            return page(status, str(error))
    if isinstance(error, SQLAlchemyError):
        log.warning("the database fails", extra={"reason": type(error).__name__})
        return page(HTTPStatus.SERVICE_UNAVAILABLE, failure.describe(error))
    log.error("a page failed", exc_info=error)
    return page(HTTPStatus.INTERNAL_SERVER_ERROR, UNFORESEEN.format(request_id.get()))
