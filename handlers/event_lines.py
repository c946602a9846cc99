"""Pure: an event as one line, for people and for machines."""

from __future__ import annotations

import json
from typing import Any

from models.event import Event, EventKind
from pbx.ami_messages import printable

PRINTED_AS = {"backfilled": "away"}  # other programs read this output


def line(event: Event, new: int | None = None) -> str:
    """Return an event in the guide's words, where it has some. `new`: how many of its count are new, if not all."""
    match event.kind:
        case EventKind.REGISTERED:
            return f"✅ Extension {event.number} registered"
        case EventKind.UNREGISTERED:
            return f"⚫ Extension {event.number} offline ({event.reason})"
        case EventKind.MOVED:
            return f"↪️ Extension {event.number} moved to {event.address}:{event.port}"
        case EventKind.RINGING:
            return f"🔔 Extension {event.number} ringing from {event.peer}"
        case EventKind.ANSWERED:
            return f"🗣️ Extension {event.number} answered {event.peer}"
        case EventKind.ENDED:
            return f"📞 Call ended: {event.channel} - {event.cause_text}"
        case EventKind.LOGIN_FAILED:
            return _failed_logins(event, new or event.count)
        case _:  # a kind of a later version
            return f"{event.kind} {event.number}"


def _failed_logins(event: Event, new: int) -> str:
    if event.count == 1:
        return f"🚨 Failed SIP login as {event.number} from {event.address} ({event.reason})"
    logins_, accounts = "login" if new == 1 else "logins", ", ".join(event.accounts or [event.number])
    if new == event.count:
        return f"🚨 {new} failed SIP {logins_} from {event.address}, as {accounts} ({event.reason})"
    return f"🚨 {new} more failed SIP {logins_} from {event.address}, so far as {accounts} ({event.reason})"


def safe_line(event: Event, new: int | None = None) -> str:
    """Return the line without control characters: callers choose their names, and a terminal obeys some of these."""
    return printable(line(event, new))


def as_json(event: Event, new: int | None = None) -> str:
    """Return one object; times are ISO 8601; empty values, and a count of one, are left out."""
    values: dict[str, Any] = event.model_dump(mode="json", warnings=False) | {"count": new or event.count}
    if values["count"] == 1:
        del values["count"]
    named = {PRINTED_AS.get(name, name): value for name, value in values.items()}
    return json.dumps(
        {name: value for name, value in named.items() if value not in ("", None)}, ensure_ascii=False
    )
