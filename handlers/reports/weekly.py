"""The report of the week before, in a channel every Monday at 08:00 on the server's clock, once, if one was chosen.

The channel, and when it was reported last, are a row. Whoever listens moves it on in the transaction that has the report sent:
neither a restart nor another listener sends it again, and one that was down at 08:00 sends it later.
"""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta, tzinfo

from sqlmodel import Session

from handlers.reports import sending
from models import report_schedule
from models.lease import LeaseHolder
from models.report_schedule import ReportSchedule
from models.types import now
from pbx.reports import counting
from pbx.reports.periods import Period
from pbx.services import Services

log = logging.getLogger("switchhook.reports")

AT = time(8)
AHEAD = timedelta(days=1)  # clocks of two machines differ by less


def channel(session: Session) -> str:
    """Return where it goes; empty: nowhere."""
    row = report_schedule.current(session)
    return row.channel if row else ""


def choose(session: Session, wanted: str) -> str:
    """Have it go to a channel from the next Monday on, or nowhere if that is empty; return where it went before.

    What is due already goes to the new one.
    """
    row = report_schedule.current(session) or ReportSchedule()
    before, row.channel = row.channel, wanted
    if not before:
        row.settled_at = now()
    session.add(row)
    return before


def last_due(at: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the last Monday at 08:00, now or before."""
    week = Period.of("week", at.astimezone(zone).date(), zone)
    due = week.moment(week.first, AT)
    return due if due <= at else week.previous().moment(week.previous().first, AT)


def next_due(at: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the next Monday at 08:00, which is that time on the clock, however many hours that takes."""
    week = Period.of("week", last_due(at, zone).date(), zone).next()
    return week.moment(week.first, AT)


def send_due(services: Services, holder: LeaseHolder, zone: tzinfo | None = None) -> bool:
    """Have it sent if it is due, and return whether it was. Raises LeaseLost, SQLAlchemyError."""
    at = now()
    due = last_due(at, zone)
    with services.database.session() as session:
        if _due(session, at, due) is None:
            return False
    report = counting.report(services, Period.of("week", due.date() - timedelta(days=1), zone))
    with holder.transaction() as session:
        row = _due(session, at, due)
        if row is None:  # somebody has switched it off
            return False
        where, row.settled_at = row.channel, at
        sending.enqueue_words(session, where, report)
        sending.enqueue_picture(session, where, report)
    log.info("the weekly report is sent", extra={"channel": where, "report": str(report.first)})
    return True


def _due(session: Session, at: datetime, due: datetime) -> ReportSchedule | None:
    """Return the row if a report is to be sent. One that was sent long after now was sent by a clock that was ahead."""
    row = report_schedule.current(session)
    is_due = row and row.channel and not due <= row.settled_at <= at + AHEAD
    return row if is_due else None
