"""JSON logs, with the id of the request on every line that a request caused."""

from __future__ import annotations

import contextvars
import logging
import re
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from flask import Flask, Response, g, request
from pythonjsonlogger.json import JsonFormatter

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
# When the connection of this request was accepted, by time.monotonic(); None: our worker did not.
accepted_at: contextvars.ContextVar[float | None] = contextvars.ContextVar("accepted_at", default=None)
log = logging.getLogger("switchhook.http")

# What opens a phone's password, or signs somebody in; however a mail program has broken the link.
TICKET = re.compile(r"(phones/?|sign-in/?).+", re.IGNORECASE | re.DOTALL)
UNREADABLE = re.compile(r"(Invalid request from ip=\S+ [\w ]*|Error handling request ).*", re.DOTALL)


class ContextExecutor(ThreadPoolExecutor):
    """Threads that work under the request id of whoever submitted the work."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(contextvars.copy_context().run, fn, *args, **kwargs)


def configure() -> None:
    """Have all loggers write one JSON object a line to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    names = {"asctime": "time", "levelname": "level", "name": "logger"}
    handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields=names))
    handler.addFilter(_add_request_id)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # Bolt warns at every start that it ignores SLACK_BOT_TOKEN, which Settings has read for it.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    # It warns each time that a job still runs when it is due again; scheduling.py logs that once for a run.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # At INFO it writes the response_url of every answer that it sends again.
    logging.getLogger("slack_sdk").setLevel(logging.WARNING)


def _add_request_id(record: logging.LogRecord) -> bool:
    if current := request_id.get():
        record.request_id = current
    return True


def _path() -> str:
    """Return the request's path without the tickets that some end in."""
    return TICKET.sub(r"\1…", request.path)


def cut_what_was_sent(record: logging.LogRecord) -> bool:
    """Cut what a client sent out of gunicorn's line about a request that it cannot read: a ticket may be in there."""
    record.msg, record.args = UNREADABLE.sub(r"\1…", record.getMessage()), ()
    return True


def log_requests(app: Flask) -> None:
    """Give every request an id, return it in a header, and log one line when it is answered."""

    @app.before_request
    def begin() -> None:
        g.started = time.monotonic()
        request_id.set(uuid.uuid4().hex[:16])

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id.get()
        took = round((time.monotonic() - g.started) * 1000, 1)
        fields = {"method": request.method, "path": _path(), "status": response.status_code, "ms": took}
        log.info("request", extra=fields)
        return response
