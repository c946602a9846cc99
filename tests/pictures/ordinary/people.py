"""The firm in the pictures: who works there, and their extensions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from models.event import Event, EventKind
from models.extension import Extension, State
from models.phone import Phone
from pbx.answers import Day, Status
from pbx.contact_status import Contact
from pbx.hint_states import Hint, HintState

NOW = datetime(2026, 3, 12, 13, 45, tzinfo=UTC)
ADA, BOB, ALICE, CAROL = "U0ADA", "U0BOB", "U0ALICE", "U0CAROL"
USERS = {ADA: "Ada Byron", BOB: "Bob Marsh", ALICE: "Alice Nguyen", CAROL: "Carol Diaz"}
CHANNELS = {"C0PHONES": "phones", "C0FRONTDESK": "front-desk"}


def extension(number: str, name: str, **values: Any) -> Extension:
    """Return a row that is live, unless `values` say otherwise."""
    usual: dict[str, Any] = {
        "id": int(number),
        "number": number,
        "name": name,
        "encrypted_secret": "encrypted",
        "state": State.LIVE,
        "last_verified": {"enabled": True, "context": "internal"},
        "created_at": NOW - timedelta(days=90),
        "updated_at": NOW - timedelta(days=3),
    }
    return Extension(**usual | values)


def contact(address: str, phone: str, status: str = "Reachable") -> Contact:
    return Contact(address=address, port=5060, user_agent=phone, status=status, round_trip_ms=12.4)


def event(kind: EventKind, number: str, **values: Any) -> Event:
    usual: dict[str, Any] = {"at": NOW, "kind": kind, "number": number, "port": 5060}
    return Event(**usual | values)


def registered(number: str, name: str, address: str = "192.0.2.17", **values: Any) -> Status:
    """Return an extension with a phone that answers."""
    return Status(
        extension=extension(number, name, **values),
        contacts=[contact(address, "Yealink SIP-T54W 96.86.0.70")],
        phone=Phone(number=number, address=address, port=5060, since=NOW - timedelta(hours=6)),
        today=Day(7, 1),
        hint=Hint(number, "internal", f"PJSIP/{number}", HintState.IDLE),
    )


def offline(number: str, name: str, **values: Any) -> Status:
    gone = Phone(
        number=number, address="192.0.2.40", port=5060, registered=False, since=NOW - timedelta(hours=20)
    )
    return Status(extension=extension(number, name, **values), phone=gone, today=Day(0, 0))


def bob() -> Status:
    """Return 102, in a call with 101."""
    status = registered("102", "Bob", slack_user_id=BOB, email="bob@example.com")
    call = event(EventKind.ANSWERED, "102", peer="101", peer_name="Alice", at=NOW - timedelta(minutes=4))
    return replace(status, calls=[call])


def everybody() -> list[Status]:
    """Return the extensions of a small firm, in all states."""
    return [
        registered("101", "Alice", slack_user_id=ALICE),
        bob(),
        registered("103", "Carol", "192.0.2.31", slack_user_id=CAROL),
        offline("104", "Meeting room Lovelace"),
        registered("105", "Front desk", "192.0.2.60"),
        offline("106", "Dan Okafor", enabled=False),
        offline("107", "Eve Lindqvist", state=State.PENDING, reason="Asterisk does not answer"),
        offline("110", "Warehouse", state=State.FAILED, reason="the codec opus is not installed in Asterisk"),
        registered("111", "Workshop", "192.0.2.71"),
    ]
