"""`flask monitor`: the guide's console, live from the stored events."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import click

from models.event import Event, Kind
from models.lease import Lease
from models.types import now
from pbx import history
from pbx.lease import LEASE_TIME, NOBODY
from pbx.listener import LEASE
from pbx.system import PhoneSystem

LOOK_SECONDS = 0.2
GREETING = """Starting AMI Event Monitor...
Monitoring for PJSIP registrations, calls, and other events
Press Ctrl+C to stop
"""


def line(event: Event) -> str:
    """The guide's words for what it has words for."""
    match event.kind:
        case Kind.REGISTERED:
            return f"✅ Extension {event.number} registered"
        case Kind.UNREGISTERED:
            return f"⚫ Extension {event.number} offline ({event.reason})"
        case Kind.MOVED:
            return f"↪️ Extension {event.number} moved to {event.address}:{event.port}"
        case Kind.RINGING:
            return f"🔔 Extension {event.number} ringing from {event.peer}"
        case Kind.ANSWERED:
            return f"🗣️ Extension {event.number} answered {event.peer}"
        case Kind.ENDED:
            return f"📞 Call ended: {event.channel} - {event.cause_text}"
        case Kind.LOGIN_FAILED:
            if event.count > 1:
                accounts = ", ".join(event.accounts or [event.number])
                return (
                    f"🚨 {event.count} failed SIP logins from {event.address}, as {accounts} ({event.reason})"
                )
            return f"🚨 Failed SIP login as {event.number} from {event.address} ({event.reason})"


def safe_line(event: Event) -> str:
    """Callers choose their names, and a terminal obeys some characters."""
    return "".join(character if character.isprintable() else "�" for character in line(event))


def as_json(event: Event) -> str:
    """One object; times in ISO 8601, what is empty left out, and a count of one."""
    values: dict[str, Any] = event.model_dump(mode="json", exclude={"count"} if event.count == 1 else None)
    return json.dumps(
        {name: value for name, value in values.items() if value not in ("", None)}, ensure_ascii=False
    )


def latest_id(system: PhoneSystem) -> int:
    with system.database.session() as session:
        latest = history.recent(session, limit=1)
    return latest[0].id or 0 if latest else 0


def follow(system: PhoneSystem, last_id: int) -> Iterator[Event]:
    """Every event after that one, as it is stored."""
    while True:
        with system.database.session() as session:
            events = history.after(session, last_id)
        for event in events:
            last_id = event.id or last_id
            yield event
        if not events:
            time.sleep(LOOK_SECONDS)


def run(system: PhoneSystem, machine: bool) -> None:
    """Until Ctrl-C."""
    try:
        last_id = latest_id(system)
        if not machine:
            _greet(system)
        for event in follow(system, last_id):
            click.echo(as_json(event) if machine else safe_line(event))
    except KeyboardInterrupt:
        return


def _greet(system: PhoneSystem) -> None:
    if not _somebody_listens(system):
        click.echo("Nobody listens to Asterisk right now: start the listener with flask listen", err=True)
    click.echo(GREETING)


def _somebody_listens(system: PhoneSystem) -> bool:
    with system.database.session() as session:
        lease = session.get(Lease, LEASE)
    return lease is not None and lease.holder != NOBODY and abs(now() - lease.renewed_at) < LEASE_TIME
