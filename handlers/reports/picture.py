"""A picture as PNG, for where SVG is not shown. Its font is ours: servers have none."""

from __future__ import annotations

from pathlib import Path

import resvg_py

FONTS = [str(path) for path in sorted((Path(__file__).parent / "font").glob("*.otf"))]
FAMILY = "Inter"
PIXELS = 2.0  # for each unit


def as_png(svg: str) -> bytes:
    """Return the picture in pixels. Raises ValueError: that is no SVG."""
    return resvg_py.svg_to_bytes(
        svg_string=svg, skip_system_fonts=True, font_files=FONTS, font_family=FAMILY, zoom=PIXELS
    )
