from __future__ import annotations

from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as st

from handlers.reports import svg


@given(st.text())
def test_whatever_a_text_has_in_it_stays_a_text(text: str) -> None:
    picture = svg.root((0, 0, 10, 10))
    svg.add(picture, "text", text, id=text)
    parsed = fromstring(svg.as_text(picture))  # noqa: S314  # our own
    assert [child.tag for child in parsed] == [f"{{{svg.NAMESPACE}}}text"]
    assert list(parsed[0]) == []
    said = svg.UNSPEAKABLE.sub("", text)
    assert (parsed[0].text or "").splitlines() == said.splitlines()


def test_numbers_have_no_needless_digits() -> None:
    assert [svg.number(each) for each in (0, 1.0, 1.25, 12.34, -20.0)] == ["0", "1", "1.2", "12.3", "-20"]


def test_attributes_are_named_as_svg_has_them() -> None:
    picture = svg.root((-1, 0, 10, 5), role="img")
    svg.add(picture, "rect", stroke_width=1.5, class_="missed")
    assert svg.as_text(picture) == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 0 10 5" width="10" height="5" role="img">'
        '<rect stroke-width="1.5" class="missed" /></svg>'
    )
