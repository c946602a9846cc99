"""Pure: what pictures of reports are drawn with: boxes, texts and lines, each by the name of its look."""

from __future__ import annotations

from handlers.reports import svg
from handlers.reports.looks import LOOKS, define_patterns
from handlers.reports.svg import add


class Canvas:
    """One picture. `name` begins its ids, which are one document's; `margin`: around it, 0 for none, with a ground."""

    def __init__(self, name: str, width: float, height: float, margin: float = 0.0) -> None:
        self._name = name
        self.root = svg.root((-margin, -margin, width + 2 * margin, height + 2 * margin), role="img")
        self.root.set("class", "chart")
        self.root.set("font-family", "Inter, sans-serif")
        self._margin = margin

    def describe(self, title: str, words: str) -> None:
        """Say what a screen reader says instead; to be done first."""
        ids = f"{self._name}-title", f"{self._name}-desc"
        self.root.set("aria-labelledby", " ".join(ids))
        add(self.root, "title", title, id=ids[0])
        add(self.root, "desc", words, id=ids[1])
        define_patterns(self.root, self._name)
        if self._margin:
            fill = LOOKS["ground"].fill
            edge = {"x": -self._margin, "y": -self._margin}
            add(self.root, "rect", **edge, width="100%", height="100%", class_="ground", fill=fill)

    def box(self, look: str, x: float, y: float, width: float, height: float) -> None:
        """Draw a rectangle, at least one unit high and wide, with its outline within it."""
        found = LOOKS[look]
        fill = f"url(#{self._name}-{look})" if found.pattern else found.fill
        if not found.stroke:
            add(
                self.root,
                "rect",
                x=x,
                y=y,
                width=max(1.0, width),
                height=max(1.0, height),
                class_=look,
                fill=fill,
            )
            return
        size = {"width": max(1.0, width - 1), "height": max(1.0, height - 1)}
        add(self.root, "rect", x=x + 0.5, y=y + 0.5, **size, class_=look, fill=fill, stroke=found.stroke)

    def text(
        self, words: str, x: float, y: float, look: str, size: float, anchor: str = "start", weight: int = 400
    ) -> None:
        font: Attributes = {"font_size": size, "font_weight": weight, "text_anchor": anchor}
        add(self.root, "text", words, x=x, y=y, class_=look, fill=LOOKS[look].fill, **font)

    def line(self, look: str, left: float, right: float, y: float) -> None:
        add(self.root, "line", x1=left, x2=right, y1=y, y2=y, class_=look, stroke=LOOKS[look].stroke)

    def path(self, look: str, points: list[tuple[float, float]]) -> None:
        """Draw a line through points."""
        way = "M" + " L".join(f"{svg.number(x)} {svg.number(y)}" for x, y in points)
        round_: Attributes = {"stroke_linejoin": "round", "stroke_linecap": "round", "stroke_width": 2}
        add(self.root, "path", d=way, class_=look, fill="none", stroke=LOOKS[look].stroke, **round_)

    def dot(self, look: str, x: float, y: float) -> None:
        add(self.root, "circle", cx=x, cy=y, r=3.5, class_=f"{look}-dot", fill=LOOKS[look].stroke)


Attributes = dict[str, str | float]
