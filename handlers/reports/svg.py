"""Pure: SVG as a tree of elements: whatever a text has in it, it stays a text.

Looks are presentation attributes, which need no style sheet and no `style`; a page's sheet may put its own in their place by
the classes.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, tostring

NAMESPACE = "http://www.w3.org/2000/svg"
# What XML 1.0 has no way to say.
UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def root(view: tuple[float, float, float, float], **attributes: str) -> Element:
    """Return the picture. `view`: left, top, width and height, in units that it may be scaled by."""
    left, top, width, height = map(number, view)
    size = {"viewBox": f"{left} {top} {width} {height}", "width": width, "height": height}
    return Element("svg", {"xmlns": NAMESPACE, **size, **attributes})


def add(parent: Element, tag: str, text: str = "", /, **attributes: str | float) -> Element:
    """Add an element. In names of attributes `_` stands for `-`, and at the end for nothing: `class_`."""
    named = {name.rstrip("_").replace("_", "-"): _value(value) for name, value in attributes.items()}
    element = SubElement(parent, tag, named)
    if text:
        element.text = UNSPEAKABLE.sub("", text)
    return element


def number(value: float) -> str:
    """Return a number without needless digits."""
    return f"{value:.1f}".removesuffix(".0")


def as_text(picture: Element) -> str:
    return tostring(picture, encoding="unicode")


def _value(value: str | float) -> str:
    return UNSPEAKABLE.sub("", value) if isinstance(value, str) else number(value)
