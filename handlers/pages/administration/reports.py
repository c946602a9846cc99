"""/extensions/reports: calls and phones of a day or week, as a picture and in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import render_template, request
from markupsafe import Markup

from handlers.pages.routes import Pages
from handlers.reports import table, weekly, words
from handlers.reports.drawing import Frame, draw
from handlers.reports.table import Row
from handlers.slack.roles import Role
from pbx.reports import counting
from pbx.reports.periods import Period
from pbx.services import Services

# The same picture twice, of which the style sheet shows the one that fits.
WIDTHS = {"wide": 880.0, "narrow": 308.0}


@dataclass(frozen=True)
class ReportPage:
    """`pictures`: by the name of their width, in SVG; `previous`, `following`: a day of these periods, None: there is none."""

    period: Period
    title: str
    sentences: Sequence[str]
    pictures: Mapping[str, Markup]
    heading: str  # of the table's first column
    rows: Sequence[Row]
    total: Row
    previous: date | None
    following: date | None
    is_weekly_sent: bool  # to a channel in Slack


def add_routes(pages: Pages) -> None:
    services = pages.services

    @pages.get("/reports", Role.ADMIN, menu="Reports")
    def reports() -> str:
        today = datetime.now().astimezone().date()
        period = wanted(request.args, today, timedelta(days=services.settings.keep_events_days))
        shown = page_of(services, period, today)
        return render_template("pages/reports.html", report=shown, headings=table.HEADINGS)


def wanted(given: Mapping[str, str], today: date, keep: timedelta) -> Period:
    """Return the period that is asked for, or the nearest of which anything may be known."""
    try:
        day = date.fromisoformat(given.get("day", ""))
    except ValueError:
        day = today
    return Period.of("week" if given.get("kind") == "week" else "day", max(today - keep, min(day, today)))


def page_of(services: Services, period: Period, today: date) -> ReportPage:
    """Return what the page shows. Raises SQLAlchemyError."""
    report = counting.report(services, period)
    with services.database.session() as session:
        is_weekly_sent = bool(weekly.channel(session))
    oldest = today - timedelta(days=services.settings.keep_events_days)
    return ReportPage(
        period=period,
        title=words.title(report),
        sentences=words.sentences(report),
        pictures={
            name: Markup(draw(report, Frame(width, name=name)))  # noqa: S704  # its texts are escaped by svg.py
            for name, width in WIDTHS.items()
        },
        heading=table.heading(report),
        rows=table.rows(report),
        total=table.total(report),
        previous=period.previous().first if period.previous().last >= oldest else None,
        following=period.next().first if period.next().first <= today else None,
        is_weekly_sent=is_weekly_sent,
    )
