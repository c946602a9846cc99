"""The last calls that were heard and answered: Asterisk's own records have them, unless these are elsewhere, or gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.event import Event, EventKind
from models.types import now
from pbx.cdr.grouping import RecordedCall

LATELY, SURELY_WRITTEN = timedelta(days=1), timedelta(minutes=1)
MOST = 20  # calls that are compared


def before(session: Session, at: datetime, late: float) -> Sequence[Event]:
    """Return the ends of those of the day before then that are recorded by now.

    `late`: for how many seconds Asterisk may gather records.
    """
    last = min(at, now() - SURELY_WRITTEN - timedelta(seconds=late))
    answered = Event.kind == EventKind.ENDED, Event.reason == "answered", col(Event.backfilled).is_(False)
    lately = select(Event).where(*answered, col(Event.at) > at - LATELY, col(Event.at) < last)
    return session.exec(lately.order_by(col(Event.id).desc()).limit(MOST)).all()


def missing(heard: Sequence[Event], recorded: Iterable[RecordedCall]) -> str:
    """Return in words that none of the calls is recorded, else ""."""
    known = {name for call in recorded for name in call.names}
    if not heard or any(row.linkedid in known or row.channel in known for row in heard):
        return ""
    return "the last answered call" if len(heard) == 1 else f"any of the last {len(heard)} answered calls"
