"""Pure: how each thing of the picture looks on white; page.css has the same names, in light and dark."""

from __future__ import annotations

from typing import NamedTuple
from xml.etree.ElementTree import Element

from handlers.reports.svg import add

BACKGROUND = "#ffffff"


class Look(NamedTuple):
    """`pattern`: its fill is one."""

    name: str
    fill: str = "none"
    stroke: str = ""
    pattern: bool = False


LOOKS = {
    each.name: each
    for each in (
        Look("ground", BACKGROUND),
        Look("ink", "#1d2125"),
        Look("dim", "#5a636e"),
        Look("grid", stroke="#e6e8eb"),
        Look("axis", stroke="#9aa2ab"),
        Look("answered", "#1264a3"),
        Look("missed", "#c2410c", "#c2410c", pattern=True),
        Look("unreached", BACKGROUND, "#5a636e"),
        Look("unheard", "#9aa2ab", "#c4cad0", pattern=True),
        Look("phones", stroke="#1264a3"),
    )
}


def define_patterns(picture: Element, name: str) -> None:
    """Define stripes for missed calls and dots for when nobody listened. `name`: begins their ids."""
    defs = add(picture, "defs")
    missed = LOOKS["missed"]
    stripes = _pattern(defs, f"{name}-missed", 5)
    stripes.set("patternTransform", "rotate(45)")
    add(stripes, "rect", width=5, height=5, class_="missed-ground", fill="#ffe8db")
    add(stripes, "rect", width=2.4, height=5, class_="missed-stripe", fill=missed.fill)
    dots = _pattern(defs, f"{name}-unheard", 6)
    add(dots, "rect", width=6, height=6, class_="unheard-ground", fill="#f1f3f5")
    add(dots, "circle", cx=3, cy=3, r=1, class_="unheard-dot", fill=LOOKS["unheard"].fill)


def _pattern(defs: Element, name: str, size: float) -> Element:
    return add(defs, "pattern", id=name, width=size, height=size, patternUnits="userSpaceOnUse")
