"""Pure: what processes took over time, as one picture: a panel for each figure, a line for each process from its start to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from handlers.reports import svg
from handlers.reports.svg import add

WIDTH, HEIGHT, LEFT, TOP, GAP = 1000.0, 200.0, 60.0, 40.0, 60.0
PANELS = {"memory": "Memory, MB", "threads": "Threads", "files": "Open files"}
COLOURS = {
    "web": "#1264a3", "web worker": "#2eb67d", "listener-1": "#e01e5a", "listener-2": "#ecb22e", "asterisk": "#8d8d8d",
}  # fmt: skip
Sample = Mapping[str, Any]


def draw(samples: Sequence[Sample], troubles: Sequence[tuple[float, str]]) -> str:
    """Return the picture as SVG. `troubles`: when each began, in seconds from the start, and its name."""
    total = TOP + len(PANELS) * (HEIGHT + GAP)
    picture = svg.root((0, 0, WIDTH + LEFT + 20, total), role="img")
    picture.set("font-family", "Inter, sans-serif")
    add(picture, "rect", width="100%", height="100%", fill="#ffffff")
    for place, (name, colour) in enumerate(COLOURS.items()):
        add(picture, "text", name, x=LEFT + place * 130, y=20, fill=colour, font_size=14)
    end = max([float(each["at"]) for each in samples] or [1.0])
    for place, (figure, title) in enumerate(PANELS.items()):
        _panel(picture, TOP + place * (HEIGHT + GAP), (figure, title), samples, troubles, end)
    return svg.as_text(picture)


def _panel(
    picture: Element, top: float, what: tuple[str, str], samples: Sequence[Sample],
    troubles: Sequence[tuple[float, str]], end: float,
) -> None:  # fmt: skip
    figure, title = what
    most = max([float(each[figure]) for each in samples] or [1.0]) * 1.1
    bottom = top + HEIGHT
    add(picture, "text", title, x=LEFT, y=top + 4, fill="#1d1c1d", font_size=13)
    _heights(picture, bottom, most)
    _times(picture, bottom, troubles, end)
    for name, points in _lines(samples, figure):
        way = " L".join(
            f"{svg.number(LEFT + WIDTH * at / end)} {svg.number(bottom - value / most * (HEIGHT - 20))}"
            for at, value in points
        )
        add(picture, "path", d=f"M{way}", fill="none", stroke=COLOURS.get(name, "#000000"), stroke_width=1.5)


def _heights(picture: Element, bottom: float, most: float) -> None:
    for share in (0.0, 0.5, 1.0):
        y = bottom - share * (HEIGHT - 20)
        add(picture, "line", x1=LEFT, x2=LEFT + WIDTH, y1=y, y2=y, stroke="#dddddd")
        add(
            picture,
            "text",
            svg.number(share * most),
            x=LEFT - 6,
            y=y + 4,
            fill="#616061",
            font_size=11,
            text_anchor="end",
        )


def _times(picture: Element, bottom: float, troubles: Sequence[tuple[float, str]], end: float) -> None:
    for at, name in troubles:
        x = LEFT + WIDTH * min(at, end) / end
        mark = add(picture, "line", x1=x, x2=x, y1=bottom, y2=bottom + 8, stroke="#e01e5a")
        add(mark, "title", name)
    for minute in range(0, int(end // 60) + 1, max(1, int(end // 600))):
        x = LEFT + WIDTH * minute * 60 / end
        add(picture, "text", f"{minute} min", x=x, y=bottom + 22, fill="#616061", font_size=11)


def _lines(samples: Sequence[Sample], figure: str) -> list[tuple[str, list[tuple[float, float]]]]:
    """Return a line for each process: its name, and the figure at each time."""
    found: dict[tuple[int, str], list[tuple[float, float]]] = {}
    for each in samples:
        found.setdefault((each["pid"], each["name"]), []).append((float(each["at"]), float(each[figure])))
    return [(name, points) for (_, name), points in found.items()]
