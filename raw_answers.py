"""Pure: refusals as they go over the wire, for the web process to give where no thread of the app is asked."""

from __future__ import annotations

import html
import json

PROBLEM = "application/problem+json"
BUSY = "503 Service Unavailable"


def problem(status_line: str, detail: str) -> str:
    """Return the rest of an answer, headers and body, for `400 Bad Request`."""
    status, reason = status_line.split(" ", 1)
    body = json.dumps({"type": "about:blank", "title": reason, "status": int(status), "detail": detail})
    return _answer(PROBLEM, body)


def page(status_line: str, detail: str) -> str:
    """Return the same for who looks at it in a browser."""
    _, reason = status_line.split(" ", 1)
    title = html.escape(reason)
    body = (
        f'<!doctype html><html lang="en"><title>{title}</title><h1>{title}</h1><p>{html.escape(detail)}</p>'
    )
    return _answer("text/html; charset=utf-8", body)


def _answer(content_type: str, body: str) -> str:
    length = len(body.encode())
    return f"Connection: close\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}"
