"""Counts a report from the event table, in a number of queries that depends on nothing.

A call is the row of its end, as it is in alerts and lists: one for each Linkedid, however many phones rang.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlmodel import Session, col, select

from models.audit import AuditEntry
from models.event import Event, EventKind
from models.extension import Extension
from models.phone import Phone
from models.types import now
from pbx.history import NOT_OWN_PHONE
from pbx.reports.listening_times import EVER, gaps_until, unrecorded
from pbx.reports.periods import Period
from pbx.reports.report import Bar, Calls, PhoneCount, Report, Span, is_known, known, merged
from pbx.services import Services

CHANGES = (EventKind.REGISTERED, EventKind.UNREGISTERED)  # of the number of registered phones


class _Ids(NamedTuple):
    """What bounds the reading of indexes that end in id. `last`: no event of the period is newer."""

    first: int
    last: int


def report(services: Services, period: Period) -> Report:
    """Count a period, as far as it has passed. Raises SQLAlchemyError."""
    with services.database.session() as session:
        return count(session, period, now(), timedelta(days=services.settings.keep_events_days))


def count(session: Session, period: Period, at: datetime, keep: timedelta) -> Report:
    """Count a period, as far as it has passed at that time. `keep`: how long events are kept."""
    until = period.local(min(at, period.end))
    gaps, too_old = gaps_until(session, at), Span(EVER, at - keep)
    end = max(until, period.start)
    unheard = merged([*unrecorded(session, gaps), too_old], period.start, end)
    unseen = merged([*gaps, too_old], period.start, end)  # of phones, Asterisk has no records
    ids, moments = _ids(session, period), period.moments(until)
    counts = zip(moments, _phones(session, period, ids, moments), strict=True)
    return Report(
        kind=period.kind,
        first=period.first,
        zone=_zone(period),
        until=until,
        bars=tuple(_bars(period, until, unheard, _calls(session, period, ids))),
        phones=tuple(PhoneCount(at=at, count=each if is_known(at, unseen) else None) for at, each in counts),
        unheard=tuple(unheard),
    )


def _bars(
    period: Period, until: datetime, unheard: Sequence[Span], calls: Mapping[int, Calls]
) -> Iterator[Bar]:
    starts = period.bars()
    for index, (start, end) in enumerate(zip(starts, [*starts[1:], period.end], strict=True)):
        how = known(start, end, until, unheard)
        yield Bar(start=start, end=end, calls=calls.get(index, Calls()), known=how)


def _ids(session: Session, period: Period) -> _Ids:
    """Return the ids of the period's events. Without the `+ 0`, databases would walk the rows one by one."""
    number = col(Event.id) + 0
    within = col(Event.at) >= period.start, col(Event.at) < period.end
    first, last = session.exec(select(func.min(number), func.max(number)).where(*within)).one()
    if last is None:
        earlier = (
            select(Event.id)
            .where(col(Event.at) < period.end)
            .order_by(col(Event.at).desc(), col(Event.id).desc())
        )
        last = session.exec(earlier.limit(1)).first() or 0
    return _Ids(first or last + 1, last)


def _calls(session: Session, period: Period, ids: _Ids) -> dict[int, Calls]:
    """Return the calls that ended in each bar, by its index."""
    bar = _bucket([*period.bars()[1:], period.end])
    is_answered = col(Event.reason) == "answered"
    counts = (
        func.count(case((is_answered, 1))),
        func.count(case((and_(~is_answered, _is_ours()), 1))),
        func.count(),
    )
    ended = (
        col(Event.kind) == EventKind.ENDED,
        NOT_OWN_PHONE,
        *_within(ids, period.start),
        col(Event.at) < period.end,
    )
    rows = session.exec(select(bar, *counts).where(*ended).group_by(bar))
    return {
        index: Calls(answered=answered, missed=missed, unreached=all_ - answered - missed)
        for index, answered, missed, all_ in rows
    }


def _is_ours() -> ColumnElement[bool]:
    """Return whether the called number is, or was, one of a phone here: by what exists, by the audit, or by who was rung."""
    number, channel = col(Event.number), col(Event.channel)
    was = select(AuditEntry.number).where(col(AuditEntry.number).is_not(None))
    rung = func.substr(channel, 1, func.length(number) + len("PJSIP/-")) == "PJSIP/" + number + "-"
    return or_(rung, number.in_(select(Extension.number)), number.in_(was))


def _phones(session: Session, period: Period, ids: _Ids, moments: Sequence[datetime]) -> list[int]:
    """Return how many phones were registered at each moment: from those of now backwards, by who came and went since.

    Those who did after the period are counted by id, without reading the rows: ids follow time but for seconds.
    """
    if not moments:
        return []
    since = _bucket(moments[1:])
    came = _came_more_than_went()
    inside = col(Event.kind).in_(CHANGES), *_within(ids, period.start)
    later = col(Event.kind).in_(CHANGES), col(Event.id) > ids.last
    changes = dict(session.exec(select(since, came).where(*inside).group_by(since)).all())
    count = _registered(session) - (session.exec(select(came).where(*later)).one() or 0)
    counts = []
    for index in range(len(moments) - 1, -1, -1):
        count -= changes.get(index, 0)
        counts.append(max(0, count))
    return counts[::-1]


def _registered(session: Session) -> int:
    here = col(Phone.registered), col(Phone.number).in_(select(Extension.number))
    return session.exec(select(func.count()).select_from(Phone).where(*here)).one()


def _came_more_than_went() -> ColumnElement[int]:
    return func.sum(case((col(Event.kind) == EventKind.REGISTERED, 1), else_=-1))


def _within(ids: _Ids, start: datetime) -> tuple[ColumnElement[bool], ...]:
    return col(Event.id) >= ids.first, col(Event.id) <= ids.last, col(Event.at) >= start


def _bucket(ends: Sequence[datetime]) -> ColumnElement[int]:
    """Return the index of the first of the ends that an event is before; behind all, their number."""
    before = [(col(Event.at) < end, index) for index, end in enumerate(ends)]
    return case(*before, else_=len(ends)) if before else case((col(Event.id) > 0, 0), else_=0)


def _zone(period: Period) -> str:
    """Return what the zone of the period is called: `CET`, or `CEST, CET` where the clock is put back in it."""
    names = [each.tzname() or "" for each in (period.start, period.end)]
    return ", ".join(dict.fromkeys(names))
