"""Times in which nobody listened: their calls are looked for in Asterisk's records, and told in one message each."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session, col, select

from handlers.alerts import routing, rules
from handlers.alerts.call_messages import CallMessage
from handlers.alerts.gap_messages import CALLS_SHOWN, GapCall, NothingKnown, WhileAway
from handlers.calls import following
from models import listening_gap, outbox
from models.event import Event, EventKind
from models.lease import AsHolder, LeaseHolder
from models.listening_gap import ListeningGap
from models.types import now
from pbx import backfill
from pbx.errors import AsteriskUnavailable
from pbx.services import Services

# Of shorter times it is not said that nothing is known: a restart takes a few seconds, and nobody could do anything about it.
WORTH_TELLING = timedelta(minutes=1)
SUBJECT = "gap:"


class GapJobs:
    """`as_holder` does a step if this process holds the listener's lease; `stored` is set for new events, `filled` for messages."""

    def __init__(
        self,
        services: Services,
        holder: LeaseHolder,
        as_holder: AsHolder,
        stored: threading.Event,
        filled: threading.Event,
    ) -> None:
        self._services = services
        self._holder = holder
        self._as_holder = as_holder
        self._stored = stored
        self._filled = filled

    def fill_gaps(self) -> None:
        """Find and tell the calls of times in which nobody listened."""
        self._as_holder(self._fill)
        self._as_holder(self._tell)

    def _fill(self) -> None:
        try:
            if backfill.fill(self._services, self._holder):
                self._stored.set()
        except AsteriskUnavailable:
            pass  # the listener says so

    def _tell(self) -> None:
        if tell(self._services, self._holder):
            self._filled.set()


def tell(services: Services, holder: LeaseHolder) -> bool:
    """Tell of the oldest time that was not told yet, and return whether there was one. Raises LeaseLost."""
    with services.database.session() as session:
        if listening_gap.untold(session) is None:
            return False
    with holder.transaction() as session:
        if gap := listening_gap.untold(session):
            _tell(session, gap, services.settings.alert_channel)
            gap.told_at = now()
            keep = timedelta(days=services.settings.keep_events_days)
            listening_gap.forget(session, now() - keep)
    return True


def _tell(session: Session, gap: ListeningGap, default: str) -> None:
    since, until = gap.since.timestamp(), gap.until.timestamp()
    everything = routing.catch_all(routing.all_routes(session), default).channel
    if everything and gap.problem and gap.until - gap.since >= WORTH_TELLING:
        unknown = NothingKnown(since=since, until=until, problem=gap.problem)
        outbox.enqueue(session, everything, f"{SUBJECT}{gap.id}", unknown.as_json(), open=False)
    for channel, calls in _by_channel(session, gap, default).items():
        known = WhileAway(since=since, until=until, calls=tuple(calls[:CALLS_SHOWN]), count=len(calls))
        outbox.enqueue(session, channel, f"{SUBJECT}{gap.id}", known.as_json(), open=False)


def _by_channel(session: Session, gap: ListeningGap, default: str) -> dict[str, list[GapCall]]:
    """Return the calls by where they are to be told. One that began before has a message of its own, which follows it."""
    routes, found = routing.all_routes(session), dict[str, list[GapCall]]()
    for rows in _calls(session, gap):
        last = rows[-1]
        if last.kind is EventKind.ENDED and not _was_told(session, gap, last):
            channel = routing.channel_for(routes, routing.CALLS, (last.number, last.peer), default)
            if channel:
                found.setdefault(channel, []).append(_as_shown(session, rows))
    return found


def _calls(session: Session, gap: ListeningGap) -> list[list[Event]]:
    """Return the gap's events, those of each call together."""
    these = col(Event.id) > gap.after_event, col(Event.gap) == gap.id
    calls: dict[str | None, list[Event]] = {}
    for row in session.exec(select(Event).where(*these).order_by(col(Event.id))):
        if not following.is_own_phone(row):
            calls.setdefault(row.linkedid, []).append(row)
    return list(calls.values())


def _was_told(session: Session, gap: ListeningGap, row: Event) -> bool:
    before = col(Event.linkedid) == row.linkedid, col(Event.id) <= gap.after_event
    return session.exec(select(Event.id).where(*before).limit(1)).first() is not None


def _as_shown(session: Session, rows: Sequence[Event]) -> GapCall:
    names = rules.names_of(session, list(rows))
    call = CallMessage.begin(rows[0], names)
    for row in rows[1:]:
        call = call.after(row, names)
    return GapCall(at=rows[0].at.timestamp(), call=call)
