"""Pure: a report as a picture: calls as stacked bars, and below them the registered phones as a line.

Nothing is told by colour alone: missed calls are striped and stand on top, calls out that nobody took are hollow, and a time in
which nobody listened is dotted; the legend names them. The words of words.py are what a screen reader says instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from handlers.reports import svg, words
from handlers.reports.canvas import Canvas
from handlers.reports.panels import LETTER, draw_calls, draw_phones
from handlers.reports.scales import Times
from pbx.reports.report import Report

LEGEND = {
    words.ANSWERED: "answered",
    words.MISSED: "missed",
    words.UNREACHED: "unreached",
    words.UNHEARD: "unheard",
}
TITLE_HEIGHT, LEGEND_ROW, HEADING = 50.0, 22.0, 34.0
CALLS_HEIGHT, PHONES_HEIGHT, AXIS, FOOTER = 150.0, 84.0, 34.0, 16.0
LEFT, RIGHT, MARGIN = 46.0, 40.0, 20.0


@dataclass(frozen=True)
class Frame:
    """How a picture is to be. `titled`: it stands alone, so it says what it is of; `name`: begins its ids."""

    width: float
    titled: bool = False
    name: str = "report"


def draw(report: Report, frame: Frame) -> str:
    """Return the picture as SVG, to be read at about as many pixels as it has units."""
    legend = _places(report, frame)
    top = (TITLE_HEIGHT if frame.titled else 0) + LEGEND_ROW * (1 + max(row for _, _, row in legend))
    calls_bottom = top + HEADING + CALLS_HEIGHT
    phones_bottom = calls_bottom + AXIS + HEADING + PHONES_HEIGHT
    height = phones_bottom + AXIS + FOOTER
    canvas = Canvas(frame.name, frame.width, height, MARGIN if frame.titled else 0)
    canvas.describe(f"Calls and registered phones, {words.title(report)}", " ".join(words.sentences(report)))
    if frame.titled:
        _draw_title(canvas, report, frame.width)
    for label, x, row in legend:
        y = top - LEGEND_ROW * (legend[-1][2] - row + 0.5)
        canvas.box(LEGEND[label], x, y - 6, 13, 13)
        canvas.text(label, x + 19, y + 5, "ink", 12.5)
    times = Times(report.start, report.end, LEFT, frame.width - LEFT - RIGHT)
    draw_calls(canvas, report, times, calls_bottom, CALLS_HEIGHT)
    draw_phones(canvas, report, times, phones_bottom, PHONES_HEIGHT)
    canvas.text(words.times(report), 0, height - 8, "dim", 11)
    return svg.as_text(canvas.root)


def _draw_title(canvas: Canvas, report: Report, width: float) -> None:
    title = words.title(report)
    canvas.text(title, 0, 14, "ink", min(17.0, width / (len(title) * 0.56)), weight=600)
    canvas.text(words.totals(report), 0, 36, "dim", 13)


def _places(report: Report, frame: Frame) -> list[tuple[str, float, int]]:
    """Return the words of the legend, each with where it begins and in which row."""
    shown = {words.ANSWERED, words.MISSED}
    shown |= {words.UNREACHED} if report.calls.unreached else set()
    shown |= {words.UNHEARD} if report.unheard else set()
    places, x, row = [], 0.0, 0
    for label in (each for each in LEGEND if each in shown):
        width = 24 + len(label) * LETTER
        if x and x + width > frame.width:
            x, row = 0.0, row + 1
        places.append((label, x, row))
        x += width + 10
    return places
