"""`flask monitor`: the guide's console, live from the stored events."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

import click
from sqlmodel import Session

from models.event import Event, Kind
from models.lease import LEASE_TIME, NOBODY, Lease, RenewalMonitor
from pbx import history, login_counts
from pbx.listener import LEASE
from pbx.services import Services

POLL_SECONDS = 0.2
PATIENCE = LEASE_TIME  # with a lease that nobody renews
MAX_ROWS = 2 * (login_counts.MOST_ADDRESSES + 1)  # rows of failed logins: those of two minutes
PRINTED_AS = {"backfilled": "away"}  # other programs read this output
GREETING = """Starting AMI Event Monitor...
Monitoring for PJSIP registrations, calls, and other events
Press Ctrl+C to stop
"""


class Shown:
    """How many failed logins of an address and minute were shown: a row of them that grows comes with a new id."""

    def __init__(self, rows: Iterable[Event]) -> None:
        self._counts: dict[tuple[int, str], int] = {}
        for row in rows:
            self.count_new(row)

    def count_new(self, row: Event) -> int:
        """Count what was not shown yet, and take it for shown."""
        if row.kind is not Kind.LOGIN_FAILED:
            return row.count
        place = login_counts.place_of(row)
        before = self._counts.pop(place, 0)
        self._counts[place] = row.count
        if len(self._counts) > MAX_ROWS:
            del self._counts[next(iter(self._counts))]
        return row.count - before


class ListenerCheck:
    """Says on standard error that nobody listens, once that is sure, and again when it happens again."""

    def __init__(self) -> None:
        self._renewals = RenewalMonitor()
        self._said = False

    def warn(self, session: Session) -> None:
        lease = session.get(Lease, LEASE)
        goes_on = self._renewals.is_renewed(lease, PATIENCE)
        if goes_on:
            self._said = False
        elif not self._said and (lease is None or lease.holder == NOBODY or goes_on is False):
            self._said = True
            click.echo("Nobody listens to Asterisk right now: start the listener with flask listen", err=True)


def line(event: Event, new: int | None = None) -> str:
    """Return an event in the guide's words, where it has some. `new`: how many of its count are new, if not all."""
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
            return _failed_logins(event, new or event.count)


def _failed_logins(event: Event, new: int) -> str:
    if event.count == 1:
        return f"🚨 Failed SIP login as {event.number} from {event.address} ({event.reason})"
    logins_, accounts = "login" if new == 1 else "logins", ", ".join(event.accounts or [event.number])
    if new == event.count:
        return f"🚨 {new} failed SIP {logins_} from {event.address}, as {accounts} ({event.reason})"
    return f"🚨 {new} more failed SIP {logins_} from {event.address}, so far as {accounts} ({event.reason})"


def safe_line(event: Event, new: int | None = None) -> str:
    """Return the line without control characters: callers choose their names, and a terminal obeys some of these."""
    return "".join(character if character.isprintable() else "�" for character in line(event, new))


def as_json(event: Event, new: int | None = None) -> str:
    """Return one object; times are ISO 8601; empty values, and a count of one, are left out."""
    values: dict[str, Any] = event.model_dump(mode="json") | {"count": new or event.count}
    if values["count"] == 1:
        del values["count"]
    named = {PRINTED_AS.get(name, name): value for name, value in values.items()}
    return json.dumps(
        {name: value for name, value in named.items() if value not in ("", None)}, ensure_ascii=False
    )


def current_position(system: Services) -> tuple[int, Shown]:
    """Return the id of the latest event, and what counts as shown."""
    with system.database.session() as session:
        failed = history.recent(session, (Kind.LOGIN_FAILED,), limit=MAX_ROWS)
        latest = history.recent(session, limit=1)
    return latest[0].id or 0 if latest else 0, Shown(reversed(failed))


def new_events(
    system: Services, last_id: int, shown: Shown, check: ListenerCheck | None = None
) -> Iterator[tuple[Event, int]]:
    """Yield every event after that one as it is stored, and how many of its count are new."""
    while True:
        with system.database.session() as session:
            events = history.after(session, last_id)
            if check:
                check.warn(session)
        for event in events:
            last_id = event.id or last_id
            yield event, shown.count_new(event)
        if not events:
            time.sleep(POLL_SECONDS)


def run(system: Services, machine: bool) -> None:
    """Print events until Ctrl-C."""
    try:
        last_id, shown = current_position(system)
        check = None if machine else _greet(system)
        for event, new in new_events(system, last_id, shown, check):
            click.echo(as_json(event, new) if machine else safe_line(event, new))
    except KeyboardInterrupt:
        return


def _greet(system: Services) -> ListenerCheck:
    check = ListenerCheck()
    with system.database.session() as session:
        check.warn(session)
    click.echo(GREETING)
    return check
