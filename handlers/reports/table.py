"""Pure: a report as a table: each bar of the picture in numbers."""

from __future__ import annotations

from typing import NamedTuple

from handlers.reports.words import ANSWERED, MISSED, PHONES, UNKNOWN, UNREACHED, bar_label
from pbx.reports.report import Bar, Known, Report

HEADINGS = (ANSWERED, MISSED, UNREACHED, PHONES)


class Row(NamedTuple):
    """`note`: what to know of the numbers; `cells`: as HEADINGS has them."""

    label: str
    cells: tuple[str, ...]
    note: str = ""


def heading(report: Report) -> str:
    """Return what the first column is."""
    return "Hour" if report.kind == "day" else "Day"


def rows(report: Report) -> list[Row]:
    """Return a row for each hour or day that has begun."""
    return [_row(report, bar) for bar in report.bars if bar.known is not Known.TO_COME]


def total(report: Report) -> Row:
    calls = report.calls
    return Row("All", (f"{calls.answered:,}", f"{calls.missed:,}", f"{calls.unreached:,}", ""))


def _row(report: Report, bar: Bar) -> Row:
    calls = bar.calls
    is_unknown = bar.known is Known.NOT and not calls.all
    counts = [
        UNKNOWN if is_unknown else f"{each:,}" for each in (calls.answered, calls.missed, calls.unreached)
    ]
    note = "" if bar.known is Known.ALL or is_unknown else "at least: a part of the time nobody listened"
    return Row(bar_label(report, bar), (*counts, _phones(report, bar)), note)


def _phones(report: Report, bar: Bar) -> str:
    """Return how many phones were registered at the end of it, or now."""
    within = [each for each in report.phones if bar.start < each.at <= bar.end] or list(report.phones[-1:])
    last = within[-1].count if within else None
    return UNKNOWN if last is None else f"{last:,}"
