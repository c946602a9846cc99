"""Pure: the two parts of the picture: calls as stacked bars, and registered phones as a line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from handlers.reports import words
from handlers.reports.canvas import Canvas
from handlers.reports.scales import Counts, Times
from pbx.reports.report import Bar, Report

LETTER = 7.0  # the width of one, roughly
NARROW = 330.0  # an axis of time that has no room for every third hour
GAPS = {"day": 1.5, "week": 8.0}  # on both sides of a bar


def draw_calls(canvas: Canvas, report: Report, times: Times, bottom: float, height: float) -> None:
    """Draw a bar for each hour or day, and the number above the highest."""
    counts = Counts.for_most(max(bar.calls.all for bar in report.bars), bottom, height)
    draw_axes(canvas, report, times, counts, f"Calls per {'hour' if report.kind == 'day' else 'day'}")
    for bar in report.bars:
        gap = GAPS[report.kind]
        _draw_bar(canvas, bar, times.x(bar.start) + gap, times.x(bar.end) - gap, counts)
    if busiest := report.busiest:
        middle = (times.x(busiest.start) + times.x(busiest.end)) / 2
        most = busiest.calls.all
        canvas.text(f"{most:,}", middle, counts.y(most) - 5, "ink", 11, "middle")
    else:
        _draw_instead(canvas, words.totals(report), times, counts)


def _draw_bar(canvas: Canvas, bar: Bar, left: float, right: float, counts: Counts) -> None:
    calls, below = bar.calls, 0
    for look, count in (
        ("answered", calls.answered),
        ("missed", calls.missed),
        ("unreached", calls.unreached),
    ):
        if count:
            bottom, top = counts.y(below), counts.y(below + count)
            gap = 1.0 if below and bottom - top > 3 else 0.0
            canvas.box(look, left, top, right - left, bottom - top - gap)
        below += count


def _draw_instead(canvas: Canvas, sentence: str, times: Times, counts: Counts) -> None:
    """Say what stands in the place of bars."""
    middle, y = times.left + times.width / 2, counts.bottom - counts.height / 2
    width = (len(sentence) + 3) * LETTER
    canvas.box("ground", middle - width / 2, y - 18, width, 26)
    canvas.text(sentence, middle, y, "dim", 13, "middle")


def draw_phones(canvas: Canvas, report: Report, times: Times, bottom: float, height: float) -> None:
    """Draw how many phones were registered, and the last number; nothing where it is not known."""
    counts = Counts.for_most(max(report.known_phones, default=0), bottom, height)
    draw_axes(canvas, report, times, counts, words.PHONES)
    for is_known, group in groupby(report.phones, lambda each: each.count is not None):
        if is_known:
            canvas.path("phones", [(times.x(each.at), counts.y(each.count or 0)) for each in group])
    last = report.phones[-1] if report.phones else None
    if last is not None and last.count is not None:
        x, y = times.x(last.at), counts.y(last.count)
        canvas.dot("phones", x, y)
        canvas.text(f"{last.count:,}", x + 8, y + 4, "ink", 12)


def draw_axes(canvas: Canvas, report: Report, times: Times, counts: Counts, heading: str) -> None:
    """Draw both axes, what they are of, and when nobody listened."""
    top = counts.bottom - counts.height
    canvas.text(heading, 0, top - 14, "ink", 13, weight=600)
    for gap in report.unheard:
        left = times.x(gap.start)
        canvas.box("unheard", left, top, max(2.0, times.x(gap.end) - left), counts.height)
    for mark in counts.marks:
        y = counts.y(mark)
        canvas.line("grid" if mark else "axis", times.left, times.right, y)
        canvas.text(f"{mark:,}", times.left - 8, y + 4, "dim", 11, "end")
    for label, x in _time_marks(report, times):
        canvas.text(label, x, counts.bottom + 17, "dim", 11, "middle")


def _time_marks(report: Report, times: Times) -> Iterator[tuple[str, float]]:
    """Yield every third or sixth hour where it begins, or every day in its middle."""
    is_narrow = times.width < NARROW
    if report.kind == "week":
        for bar in report.bars:
            day = f"{bar.start:%a}" if is_narrow else f"{bar.start:%a} {bar.start.day}"
            yield day, (times.x(bar.start) + times.x(bar.end)) / 2
        return
    every = 6 if is_narrow else 3
    for bar in report.bars:
        if bar.start.hour % every == bar.start.minute == 0:
            yield f"{bar.start:%H:%M}" if is_narrow else f"{bar.start:%H}", times.x(bar.start)
    yield "24:00" if is_narrow else "24", times.right
