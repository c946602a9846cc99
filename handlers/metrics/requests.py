"""Counts what the web process answers."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

from logs import accepted_at
from pbx.instruments import REGISTRY

METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
OTHER = "other"  # of what strangers make up there would be no end

REQUESTS = Counter(
    "switchhook_http_requests",
    "Requests that were answered.",
    ["route", "method", "status"],
    registry=REGISTRY,
)
DURATION = Histogram(
    "switchhook_http_request_duration_seconds",
    "How long answering took; of a stream, until it began.",
    ["route", "method"],
    registry=REGISTRY,
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
ACKNOWLEDGEMENT = Histogram(
    "switchhook_slash_command_acknowledgement_seconds",
    "How long Slack waited for the answer to a slash command; it gives up after 3 seconds.",
    registry=REGISTRY,
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 5),
)


def count(app: Flask) -> None:
    """Count every request by its route, never by its path, which strangers choose."""

    @app.before_request
    def begin() -> None:
        g.counted_from = time.monotonic()

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else OTHER
        method = request.method if request.method in METHODS else OTHER
        REQUESTS.labels(route, method, response.status_code).inc()
        DURATION.labels(route, method).observe(time.monotonic() - g.counted_from)
        return response


def slash_command_acknowledged() -> None:
    """Observe how long it took, the time included in which the request waited for a thread."""
    began = accepted_at.get()
    ACKNOWLEDGEMENT.observe(time.monotonic() - (g.counted_from if began is None else began))
