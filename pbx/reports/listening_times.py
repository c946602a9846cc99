"""When nobody listened to Asterisk, as far as that is remembered: what happened then is unknown, and not zero.

Who listens notes once a minute that it still does. Where two notes are further apart than LONGEST, nobody did in between,
whether a process was killed, Asterisk was away, or the machine. Shorter times pass unnoticed; the listener then finds by itself
which phones came and went.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from models.event import Event
from models.incident import Incident
from models.lease import LeaseHolder
from models.types import now
from pbx.reports.report import Span

SUBJECT = "listening"  # of the row that remembers: when somebody listened last, and the gaps before
LONGEST = timedelta(seconds=150)  # between two notes
EVER = datetime(1970, 1, 1, tzinfo=UTC)
MOST_GAPS = 2000


def note(holder: LeaseHolder, keep: timedelta) -> None:
    """Note that this process listens right now. `keep`: how long events are kept. Raises LeaseLost."""
    with holder.transaction() as session:
        row, at = session.get(Incident, SUBJECT), now()
        gaps = gaps_until(session, at)
        shown = [gap for gap in gaps if gap.end > at - keep][-MOST_GAPS:]
        row = row or Incident(subject=SUBJECT)
        row.details = {gap.start.isoformat(): gap.end.isoformat() for gap in shown}
        row.since = at
        session.add(row)


def gaps_until(session: Session, at: datetime) -> list[Span]:
    """Return when nobody listened until then, in order; before anything was remembered, until the oldest event."""
    row = session.get(Incident, SUBJECT)
    if row is None:
        return [Span(EVER, _oldest(session) or at)]
    gaps = [
        Span(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in row.details.items()
    ]
    return [*gaps, Span(row.since, at)] if at - row.since > LONGEST else gaps


def _oldest(session: Session) -> datetime | None:
    return session.exec(select(Event.at).order_by(col(Event.at)).limit(1)).first()
