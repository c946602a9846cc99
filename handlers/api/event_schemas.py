"""Pure: an event as the API tells it.

`type`, `data` and `timestamp` are what clients of the guide's system know; the other fields say more.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from models.event import Event, EventKind

REGISTRATION = "extension.registration"  # the guide's system tells by `data` whether the phone came or went
OTHER = "extension.other"  # a kind that a later version stores
TYPES: dict[str, str] = {
    EventKind.REGISTERED: REGISTRATION,
    EventKind.UNREGISTERED: REGISTRATION,
    EventKind.MOVED: REGISTRATION,
    EventKind.RINGING: "extension.ringing",
    EventKind.ANSWERED: "extension.answered",
    EventKind.ENDED: "extension.hangup",
    EventKind.LOGIN_FAILED: "extension.login_failed",
}


EXAMPLE: JsonDict = {
    "id": 4711,
    "type": "extension.ringing",
    "kind": "ringing",
    "at": "2027-01-15T08:00:00Z",
    "timestamp": "2027-01-15T08:00:00Z",
    "extension": "102",
    "peer": "101",
    "peer_name": "Alice",
    "call": "1800000000.17",
    "channel": "PJSIP/102-00000001",
    "address": None,
    "port": None,
    "user_agent": None,
    "round_trip_ms": None,
    "reason": None,
    "cause": None,
    "cause_text": None,
    "rang_seconds": None,
    "talked_seconds": None,
    "count": 1,
    "accounts": None,
    "backfilled": False,
    "data": {"channel": "PJSIP/102-00000001", "caller": "101", "destination": "102", "state": "Ringing"},
}


class EventOut(BaseModel):
    """One event. What its kind does not have is null."""

    model_config = ConfigDict(title="Event", json_schema_extra={"examples": [EXAMPLE]})

    id: int
    type: str
    kind: str
    at: datetime
    timestamp: datetime = Field(description="The same as `at`.")
    extension: str | None = Field(
        description="Whose phone it is, or who is called; of a failed login, what was tried first."
    )
    peer: str | None = Field(description="Who calls.")
    peer_name: str | None
    call: str | None = Field(description="Asterisk's Linkedid: the same in all events of one call.")
    channel: str | None
    address: str | None
    port: int | None
    user_agent: str | None
    round_trip_ms: float | None
    reason: str | None = Field(
        description="Why a phone went or a login failed, or how a call went: `answered`, `voicemail` (a mailbox took it), "
        "`no answer`, `busy`, `unavailable`, `cancelled` or `failed`."
    )
    cause: int | None = Field(description="Q.850, of a call's end.")
    cause_text: str | None
    rang_seconds: float | None
    talked_seconds: float | None
    count: int = Field(description="Failed logins of the address in that minute; otherwise 1.")
    accounts: list[str] | None = Field(description="That these tried.")
    backfilled: bool = Field(description="Found out later: it happened while no listener ran.")
    data: dict[str, Any]


class EventList(BaseModel):
    """Events in the order of time."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"events": [EXAMPLE], "count": 1, "next_cursor": "4711"}]}
    )

    events: list[EventOut]
    count: int = Field(description="How many are on this page.")
    next_cursor: str | None = Field(
        description="For `cursor`, to get what happened before; null: there is no more."
    )


class ExtensionEvents(BaseModel):
    """An extension's phone, and the latest events."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "extension": "102",
                    "registered": True,
                    "status": "Reachable",
                    "uri": "sip:102@192.0.2.7:5060",
                    "timestamp": "2027-01-15T07:59:00Z",
                    "events": [EXAMPLE],
                    "count": 1,
                    "asterisk_error": None,
                }
            ]
        }
    )

    extension: str
    registered: bool | None = Field(description="null: Asterisk could not be asked, and nothing was heard.")
    status: str = Field(
        description="Asterisk's word, as Reachable; Removed: it went; Not Registered: there never was one; Unknown: "
        "Asterisk could not be asked."
    )
    uri: str | None = Field(
        description="Where the phone is, as Asterisk has it, or by its address where it was."
    )
    timestamp: datetime | None = Field(description="Since when that is so.")
    events: list[EventOut]
    count: int = Field(description="How many events are here.")
    asterisk_error: str | None = Field(
        description="Why Asterisk cannot be asked: then this is how it was when last heard of."
    )


def event_out(row: Event) -> EventOut:
    return EventOut(
        id=row.id or 0,
        type=TYPES.get(row.kind, OTHER),
        kind=row.kind,
        at=row.at,
        timestamp=row.at,
        extension=row.number or None,
        peer=row.peer or None,
        peer_name=row.peer_name or None,
        call=row.linkedid,
        channel=row.channel or None,
        address=row.address or None,
        port=row.port or None,
        user_agent=row.user_agent or None,
        round_trip_ms=row.round_trip_ms,
        reason=row.reason or None,
        cause=row.cause if row.kind == EventKind.ENDED else None,
        cause_text=row.cause_text or None,
        rang_seconds=row.rang,
        talked_seconds=row.talked,
        count=row.count,
        accounts=row.accounts,
        backfilled=row.backfilled,
        data=_data(row),
    )


def contact_uri(number: str, address: str, port: int) -> str:
    """Return a phone's address as a SIP URI; only Asterisk knows what else belongs into it (transport, instance)."""
    host = f"[{address}]" if ":" in address else address
    return f"sip:{number}@{host}:{port}"


def _data(row: Event) -> dict[str, Any]:
    """Return what the guide's system has under `data`."""
    make = DATA.get(TYPES.get(row.kind, OTHER))
    return make(row) if make else {}


def _registration(row: Event) -> dict[str, Any]:
    is_registered = row.kind != EventKind.UNREGISTERED
    gone = "Unreachable" if row.reason == "unreachable" else "Removed"
    return {
        "extension": row.number,
        "status": "Reachable" if is_registered else gone,
        "uri": contact_uri(row.number, row.address, row.port),
        "registered": is_registered,
    }


def _call(state: str) -> Callable[[Event], dict[str, Any]]:
    def data(row: Event) -> dict[str, Any]:
        return {"channel": row.channel, "caller": row.peer, "destination": row.number, "state": state}

    return data


def _hangup(row: Event) -> dict[str, Any]:
    return {"channel": row.channel, "cause": str(row.cause), "cause_text": row.cause_text}


DATA: dict[str, Callable[[Event], dict[str, Any]]] = {
    REGISTRATION: _registration,
    "extension.ringing": _call("Ringing"),
    "extension.answered": _call("Up"),
    "extension.hangup": _hangup,
}
