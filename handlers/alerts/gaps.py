"""Times in which nobody listened: their calls are looked for in Asterisk's records, and told in one message each."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta

from sqlmodel import Session, col, select

from handlers.alerts import gap_missed, routing
from handlers.alerts.call_messages import CallMessage
from handlers.alerts.gap_messages import CALLS_SHOWN, GapCall, RecordsMissing, WhileAway
from handlers.calls import following
from handlers.number_history import names_at
from handlers.slack.message_content import MessageContent
from models import listening_gap, outbox
from models.event import Event, EventKind
from models.lease import AsHolder, LeaseHolder
from models.listening_gap import ListeningGap
from models.types import now
from pbx import backfill
from pbx.errors import AsteriskUnavailable
from pbx.services import Services

# Of shorter times it is not said that nothing is known: a restart takes a few seconds, and nobody could do anything about it.
# That more calls may have been is said of any time: those that are told would be taken for all.
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
    """Tell of the oldest time that was not told yet, and return whether there was one. Raises LeaseLost.

    What is told is read before the transaction, which keeps everybody else from writing, and which thousands of calls
    would make a long one: a gap that is filled has the same events then.
    """
    with services.database.session() as session:
        gap = listening_gap.untold(session)
        if gap is None:
            return False
        before, calls = _before(session, gap), _calls(session, gap)
        messages = list(_messages(session, gap, calls, set(before), services.settings.alert_channel))
        whole = ([*before.get(rows[0].linkedid, ()), *rows] for rows in calls)
        missed = gap_missed.by_owner(session, whole)
    with holder.transaction() as session:
        if (row := session.get(ListeningGap, gap.id)) and row.told_at is None:
            for channel, content in messages:
                outbox.enqueue(session, channel, f"{SUBJECT}{row.id}", content.as_json(), open=False)
            for user_id, theirs in missed.items():
                gap_missed.enqueue(session, row, user_id, theirs)
            row.told_at = now()
            keep = timedelta(days=services.settings.keep_events_days)
            listening_gap.forget(session, now() - keep)
    return True


def _messages(
    session: Session,
    gap: ListeningGap,
    calls: Sequence[list[Event]],
    told: Collection[str | None],
    default: str,
) -> Iterator[tuple[str, MessageContent]]:
    """Return what channels are told. `told`: the Linkedids of calls that began before."""
    since, until = gap.since.timestamp(), gap.until.timestamp()
    everything = routing.catch_all(routing.all_routes(session), default).channel
    if everything and gap.problem and (calls or gap.until - gap.since >= WORTH_TELLING):
        yield (
            everything,
            RecordsMissing(since=since, until=until, problem=gap.problem, is_some_known=bool(calls)),
        )
    for channel, theirs in _by_channel(session, calls, told, default).items():
        shown = tuple(_as_shown(session, rows) for rows in theirs[:CALLS_SHOWN])
        yield channel, WhileAway(since=since, until=until, calls=shown, count=len(theirs))


def _by_channel(
    session: Session, calls: Sequence[list[Event]], told: Collection[str | None], default: str
) -> dict[str, list[list[Event]]]:
    """Return the calls by where they are to be told. One that began before has a message of its own, which follows it."""
    routes, found = routing.all_routes(session), dict[str, list[list[Event]]]()
    for rows in calls:
        last = rows[-1]
        if last.kind is EventKind.ENDED and last.linkedid not in told:
            channel = routing.channel_for(routes, routing.CALLS, (last.number, last.peer), default)
            if channel:
                found.setdefault(channel, []).append(rows)
    return found


def _calls(session: Session, gap: ListeningGap) -> list[list[Event]]:
    """Return the gap's events, those of each call together."""
    these = col(Event.id) > gap.after_event, col(Event.gap) == gap.id
    return list(_by_call(session.exec(select(Event).where(*these).order_by(col(Event.id)))).values())


def _before(session: Session, gap: ListeningGap) -> dict[str | None, list[Event]]:
    """Return what was heard of the gap's calls before, by Linkedid."""
    theirs = select(Event.linkedid).where(col(Event.id) > gap.after_event, col(Event.gap) == gap.id)
    before = col(Event.linkedid).in_(theirs), col(Event.id) <= gap.after_event
    return _by_call(session.exec(select(Event).where(*before).order_by(col(Event.id))))


def _by_call(rows: Iterable[Event]) -> dict[str | None, list[Event]]:
    calls: dict[str | None, list[Event]] = {}
    for row in rows:
        if not following.is_own_phone(row):
            calls.setdefault(row.linkedid, []).append(row)
    return calls


def _as_shown(session: Session, rows: Sequence[Event]) -> GapCall:
    """Return the call with the names that its parties had then."""
    numbers = {number for row in rows for number in (row.number, row.peer)}
    names = names_at(session, numbers, rows[0].at)
    call = CallMessage.begin(rows[0], names)
    for row in rows[1:]:
        call = call.after(row, names)
    return GapCall(at=rows[0].at.timestamp(), call=call)
