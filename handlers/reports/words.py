"""Pure: reports in words, for whoever does not see the picture, and around it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from handlers.wording import duration
from pbx.reports.report import Bar, Calls, Known, Report, Span

ANSWERED, MISSED, UNREACHED = "Answered", "Missed", "Out, not answered"
PHONES, UNHEARD = "Registered phones", "Nobody listened"
UNKNOWN = "not known"


def title(report: Report) -> str:
    """Return `Thursday 26 November 2026`, or `Monday 23 November to Sunday 29 November 2026`."""
    if report.kind == "day":
        return f"{_day(report.first)} {report.first.year}"
    last = report.first + timedelta(days=6)
    first = _day(report.first) + (f" {report.first.year}" if report.first.year != last.year else "")
    return f"{first} to {_day(last)} {last.year}"


def _day(on: date) -> str:
    return f"{on.strftime('%A')} {on.day} {on.strftime('%B')}"


def sentences(report: Report) -> list[str]:
    """Return all that the picture shows, but for the single bars."""
    return [*_about_calls(report), *_about_phones(report), *_about_gaps(report), times(report)]


def totals(report: Report) -> str:
    """Return `152 calls: 128 answered, 18 missed, 6 out and not answered`, or that there were none."""
    calls, unit = report.calls, f"{'on' if report.kind == 'day' else 'in'} this {report.kind}"
    if calls.all:
        return f"{counted(calls.all, 'call')}: {_parts(calls)}"
    so_far = "" if report.is_over else " so far"
    return f"{UNHEARD if is_unknown(report) else 'No calls'} {unit}{so_far}"


def is_unknown(report: Report) -> bool:
    """Return whether nobody has listened at all, as far as the period has passed."""
    return all(bar.known in (Known.NOT, Known.TO_COME) for bar in report.bars)


def _parts(calls: Calls) -> str:
    out = f", {calls.unreached:,} out and not answered" if calls.unreached else ""
    return f"{calls.answered:,} answered, {calls.missed:,} missed{out}"


def counted(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def _about_calls(report: Report) -> Iterator[str]:
    yield f"{totals(report)}."
    if (busiest := report.busiest) and report.calls.all > busiest.calls.all:
        yield f"Most {'on' if report.kind == 'week' else 'from'} {bar_label(report, busiest)}: {busiest.calls.all:,}."


def _about_phones(report: Report) -> Iterator[str]:
    known = report.known_phones
    if not known:
        return
    least, most = min(known), max(known)
    if len(known) == 1:
        at = next(each.at for each in report.phones if each.count is not None)
        yield f"{PHONES}: {most:,} at {_moment(report, at)}."
    elif most == 0:
        yield "No phone was registered."
    elif least == most:
        yield f"{PHONES}: {most:,} whenever they were counted."
    else:
        last = report.phones[-1].count
        then = f", {last:,} {'at the end' if report.is_over else 'now'}" if last is not None else ""
        yield f"{PHONES}: between {least:,} and {most:,}{then}."


def _about_gaps(report: Report) -> Iterator[str]:
    gaps, unknown = report.unheard, "what happened then is not known"
    if is_unknown(report) and not report.calls.all:
        yield "Switchhook was not connected to Asterisk, or kept no events: what happened is not known."
    elif len(gaps) == 1:
        yield f"{UNHEARD} from {_moment(report, gaps[0].start)} to {_moment(report, gaps[0].end)}: {unknown}."
    elif gaps:
        yield f"{UNHEARD} {len(gaps)} times, {duration(_seconds(gaps))} in all: {unknown}."


def _seconds(gaps: tuple[Span, ...]) -> float:
    return sum(((gap.end - gap.start) for gap in gaps), timedelta()).total_seconds()


def _moment(report: Report, at: datetime) -> str:
    bar = next((each for each in report.bars if at < each.end), report.bars[-1])
    if at >= report.end:
        return "24:00" if report.kind == "day" else "Sunday 24:00"
    return at.astimezone(bar.start.tzinfo).strftime("%H:%M" if report.kind == "day" else "%A %H:%M")


def times(report: Report) -> str:
    """Say whose times these are, and until when it is counted."""
    offsets = list(dict.fromkeys(offset(at) for at in (report.start, report.end)))
    is_name = report.zone.isalpha() and report.zone not in offsets
    zone = " then ".join(offsets) if len(offsets) > 1 or not is_name else f"{report.zone}, {offsets[0]}"
    until = "" if report.is_over else f", until {_moment(report, report.until)}"
    return f"Times are the server’s ({zone}){until}."


def offset(at: datetime) -> str:
    """Return `UTC+1`, or `UTC+5:45`."""
    minutes = int((at.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"


def bar_label(report: Report, bar: Bar) -> str:
    """Return `10:00 to 11:00`, or `Tuesday 24 November`."""
    if report.kind == "week":
        return _day(bar.start.date())
    twice = f" ({offset(bar.start)})" if offset(report.start) != offset(report.end) else ""
    return f"{bar.start:%H:%M} to {_end(report, bar)}{twice}"


def _end(report: Report, bar: Bar) -> str:
    """Return when a bar ends, by the clock that it began with: where that is changed, an hour is still one."""
    return "24:00" if bar.end == report.end else f"{bar.end.astimezone(bar.start.tzinfo):%H:%M}"
