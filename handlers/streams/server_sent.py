"""Pure: the text of server-sent events, as the HTML standard has it (html.spec.whatwg.org, “Server-sent events”)."""

from __future__ import annotations

import json
from typing import Any

RETRY_MS = 2000  # after which a client comes back


def event(event_id: int | str | None, name: str, data: str) -> bytes:
    """Return one event; `data` is JSON in one line. `event_id`: None for one that says nothing new."""
    return f"event: {name}\ndata: {data}\n{_id(event_id)}\n".encode()


def beginning(position: int | None = None) -> bytes:
    """Return what a stream begins with: a client that loses it before any event resumes at the position."""
    return f"retry: {RETRY_MS}\n{_id(position)}\n".encode()


def heartbeat(position: int | None = None) -> bytes:
    """Return a comment, and how far the client is: it may have got nothing for long, as its filter lets little pass."""
    return f":\n{_id(position)}\n".encode()


def _id(position: int | str | None) -> str:
    """Return the line that has it. It comes last: who is cut off before has not got the event."""
    return "" if position is None else f"id: {position}\n"


def gap(position: int, asked_for: int, why: str) -> bytes:
    """Return the event that says that some are missing between what was asked for and the position."""
    data: dict[str, Any] = {"type": "gap", "after": asked_for, "continues_after": position, "detail": why}
    return event(position, "gap", json.dumps(data))


def chunk(data: bytes) -> bytes:
    """Return data framed for HTTP/1.1; none ends the body."""
    return b"%x\r\n%b\r\n" % (len(data), data)
