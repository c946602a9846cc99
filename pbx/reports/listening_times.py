"""When nobody listened to Asterisk, as far as that is remembered: what happened then is unknown, and not zero.

Who listens notes once a minute that it still does. Where two notes are further apart than LONGEST, nobody did in between,
whether a process was killed, Asterisk was away, or the machine. Shorter times pass unnoticed; the listener then finds by itself
which phones came and went.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from models import listening, listening_gap
from models.event import Event
from models.lease import LeaseHolder
from models.listening import ListeningSpan
from models.types import now
from pbx.reports.report import Span

LONGEST = timedelta(seconds=150)  # between two notes
EVER = datetime(1900, 1, 1, tzinfo=UTC)  # before any event, however long they are kept


def note(holder: LeaseHolder, keep: timedelta) -> None:
    """Note that this process listens right now. `keep`: how long events are kept. Raises LeaseLost."""
    with holder.transaction() as session:
        at = now()
        listening.forget_ahead(session, at)
        row = listening.last(session)
        if row is None or at - row.until > LONGEST:
            row = ListeningSpan(since=at if row else _oldest(session) or at, until=at)
        row.until = at
        session.add(row)
        listening.forget(session, at - keep)


def gaps_until(session: Session, at: datetime) -> list[Span]:
    """Return when nobody listened until then, in order; before anything was remembered, until the oldest event."""
    heard = [(row.since, row.until) for row in listening.spans(session)] or [(_oldest(session) or at, at)]
    begins, ends = [*(since for since, _ in heard), at], [EVER, *(until for _, until in heard)]
    gaps = [Span(end, begin) for end, begin in zip(ends, begins, strict=True)]
    return gaps if at - ends[-1] > LONGEST else gaps[:-1]


def unrecorded(session: Session, gaps: Iterable[Span]) -> list[Span]:
    """Return the gaps of which Asterisk's own records did not tell the calls, either."""
    return [gap for gap in gaps if not _is_recorded(session, gap)]


def _is_recorded(session: Session, gap: Span) -> bool:
    """Return whether calls are known of all of it; it is noted by the minute, and the times in it exactly."""
    exact = listening_gap.overlapping(session, gap.start, gap.end)
    if not exact or not all(each.filled_at and not each.problem for each in exact):
        return False
    begin, end = min(each.since for each in exact), max(each.until for each in exact)
    return begin - gap.start <= LONGEST and gap.end - end <= LONGEST


def _oldest(session: Session) -> datetime | None:
    return session.exec(select(Event.at).order_by(col(Event.at)).limit(1)).first()
