"""Reports as they may be counted, without a phone system."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo

from pbx.reports.periods import Kind, Period
from pbx.reports.report import Bar, Calls, PhoneCount, Report, Span, is_known, known

THURSDAY = date(2026, 11, 26)


def a_report(
    kind: Kind = "day",
    day: date = THURSDAY,
    *,
    calls: Mapping[int, tuple[int, int, int]] | None = None,
    phones: Callable[[datetime], int] = lambda _: 0,
    unheard: Iterable[tuple[float, float]] = (),
    until: float | None = None,
    zone: tzinfo = UTC,
) -> Report:
    """Return a report. `calls`: answered, missed and unreached by the bar's index; `unheard`, `until`: hours of the period."""
    period = Period.of(kind, day, zone)
    start = period.start.astimezone(UTC)
    end = period.end if until is None else start + timedelta(hours=until)
    gaps = [Span(start + timedelta(hours=first), start + timedelta(hours=last)) for first, last in unheard]
    starts, found = period.bars(), calls or {}
    bars = [
        Bar(start=at, end=over, calls=_calls(found.get(index)), known=known(at, over, end, gaps))
        for index, (at, over) in enumerate(zip(starts, [*starts[1:], period.end], strict=True))
    ]
    counts = [
        PhoneCount(at=at, count=phones(at) if is_known(at, gaps) else None) for at in period.moments(end)
    ]
    names = ", ".join(dict.fromkeys(str(at.tzname()) for at in (period.start, period.end)))
    return Report(
        kind=kind,
        first=period.first,
        zone=names,
        until=period.local(end),
        bars=tuple(bars),
        phones=tuple(counts),
        unheard=tuple(gaps),
    )


def _calls(counts: tuple[int, int, int] | None) -> Calls:
    answered, missed, unreached = counts or (0, 0, 0)
    return Calls(answered=answered, missed=missed, unreached=unreached)
