"""`flask monitor`: the guide's console, live from the stored events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import click
from sqlmodel import Session

from command_lines import START_LISTENER
from handlers import event_lines
from models.event import Event, EventKind
from models.lease import LISTENER_LEASE, NOBODY, Lease, RenewalMonitor
from pbx import history
from pbx.login_counts import MAX_ROWS, CountedLogins
from pbx.services import Services

POLL_SECONDS = 0.2
LEASE_TIMEOUT = timedelta(
    seconds=10
)  # of a lease that nobody renews: on a busy machine, that may take a while
GREETING = """Starting AMI Event Monitor...
Monitoring for PJSIP registrations, calls, and other events
Press Ctrl+C to stop
"""


class ListenerCheck:
    """Says on standard error that nobody listens, once that is sure, and again when it happens again."""

    def __init__(self) -> None:
        self._renewals = RenewalMonitor()
        self._said = False

    def warn(self, session: Session) -> None:
        lease = session.get(Lease, LISTENER_LEASE)
        is_renewed = self._renewals.is_renewed(lease, LEASE_TIMEOUT)
        if is_renewed:
            self._said = False
        elif not self._said and (lease is None or lease.holder == NOBODY or is_renewed is False):
            self._said = True
            click.echo(f"Nobody listens to Asterisk right now: {START_LISTENER}", err=True)


def current_position(services: Services) -> tuple[int, CountedLogins]:
    """Return the id of the latest event, and what counts as shown."""
    with services.database.session() as session:
        failed = history.recent(session, MAX_ROWS, EventKind.LOGIN_FAILED)
        latest = history.recent(session, limit=1)
    return latest[0].id or 0 if latest else 0, CountedLogins(reversed(failed))


def new_events(
    services: Services, last_id: int, shown: CountedLogins, check: ListenerCheck | None = None
) -> Iterator[tuple[Event, int]]:
    """Yield every event after that one as it is stored, and how many of its count are new."""
    while True:
        with services.database.session() as session:
            events = history.after(session, last_id)
            if check:
                check.warn(session)
        for event in events:
            last_id = event.id or last_id
            yield event, shown.count_new(event)
        if not events:
            time.sleep(POLL_SECONDS)


def run(services: Services, machine: bool) -> None:
    """Print events until Ctrl-C."""
    try:
        last_id, shown = current_position(services)
        check = None if machine else _greet(services)
        for event, new in new_events(services, last_id, shown, check):
            click.echo(event_lines.as_json(event, new) if machine else event_lines.safe_line(event, new))
    except KeyboardInterrupt:
        return


def _greet(services: Services) -> ListenerCheck:
    check = ListenerCheck()
    with services.database.session() as session:
        check.warn(session)
    click.echo(GREETING)
    return check
