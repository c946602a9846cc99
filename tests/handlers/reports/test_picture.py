"""The picture in pixels: its words are there on a server without fonts."""

from __future__ import annotations

import struct
from xml.sax.saxutils import escape

import pytest

from handlers.reports.drawing import Frame, draw
from handlers.reports.picture import FONTS, as_png
from tests.reporting import a_report


def size(png: bytes) -> tuple[int, ...]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def test_a_report_becomes_a_png_of_twice_its_units() -> None:
    width, height = size(
        as_png(draw(a_report(calls={9: (5, 1, 2)}, unheard=[(1, 2)]), Frame(480, titled=True)))
    )
    assert width == 2 * (480 + 40)
    assert 800 < height < 1200


@pytest.mark.parametrize(
    "words", ["Thursday 26 November", "server’s (UTC+1) −3:30", "1,234", "Zürich · Łódź – “é”"]
)
def test_words_are_drawn_with_a_font_of_ours(words: str) -> None:
    def picture(text: str) -> bytes:
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="30"><text y="20" font-family="Inter">{escape(text)}</text></svg>'
        return as_png(svg)

    assert FONTS
    blank = picture("")
    assert all(picture(letter) != blank for letter in words if letter != " ")


def test_what_is_no_svg_is_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        as_png("<svg")
