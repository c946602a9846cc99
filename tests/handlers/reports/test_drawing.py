"""The whole picture: it is valid, needs no style sheet, and says in words and forms what it says in colours."""

from __future__ import annotations

from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.reports import words
from handlers.reports.drawing import Frame, draw
from pbx.reports.periods import Kind
from pbx.reports.report import Report
from tests.reporting import a_report

COUNTS = st.tuples(*[st.integers(0, 10**6)] * 3)
GAPS = st.lists(st.floats(0, 24), max_size=6, unique=True).map(
    lambda hours: list(pairwise(sorted(hours)))[::2]
)


def drawn(report: Report, width: float = 480, *, titled: bool = False, name: str = "report") -> Element:
    return fromstring(draw(report, Frame(width, titled, name)))  # noqa: S314  # our own


def texts(picture: Element) -> list[str]:
    return [each.text or "" for each in picture.findall(".//{*}text")]


def boxes(picture: Element, look: str) -> list[Element]:
    """The bars of a look, without the one of the legend."""
    found = [each for each in picture.findall(".//{*}rect") if each.get("class") == look]
    return [each for each in found if float(each.get("width", "0")) not in (12, 13)]


def height(box: Element) -> float:
    return float(box.get("height", "0"))


@pytest.mark.parametrize("width", [320, 480, 720])
@given(
    kind=st.sampled_from(["day", "week"]),
    calls=st.dictionaries(st.integers(0, 6), COUNTS),
    phones=st.integers(0, 10**6),
    gaps=GAPS,
    until=st.none() | st.floats(0, 24),
)
def test_every_picture_is_within_its_frame_and_has_no_style(
    width: int,
    kind: Kind,
    calls: dict[int, tuple[int, int, int]],
    phones: int,
    gaps: list[tuple[float, float]],
    until: float | None,
) -> None:
    picture = drawn(a_report(kind, calls=calls, phones=lambda _: phones, unheard=gaps, until=until), width)
    left, top, right, bottom = map(float, picture.get("viewBox", "").split())
    assert (left, top, right) == (0, 0, width)
    for each in picture.iter():
        assert {"style", "onload", "href"}.isdisjoint(each.attrib)
        for edge, most in (("x", right), ("y", bottom), ("x1", right), ("x2", right), ("cx", right)):
            assert 0 <= float(each.get(edge, "0")) <= most


def test_a_screen_reader_reads_words_instead() -> None:
    report = a_report(calls={9: (5, 1, 0)})
    picture = drawn(report, name="small")
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby") == "small-title small-desc"
    title, desc = picture[0], picture[1]
    assert (title.tag[-5:], title.get("id"), title.text) == (
        "title",
        "small-title",
        "Calls and registered phones, Thursday 26 November 2026",
    )
    assert (desc.get("id"), desc.text) == ("small-desc", " ".join(words.sentences(report)))


def test_the_legend_names_what_is_there() -> None:
    plain = texts(drawn(a_report(calls={9: (5, 1, 0)})))
    assert {"Answered", "Missed"} < set(plain)
    assert {"Out, not answered", "Nobody listened"}.isdisjoint(plain)
    full = texts(drawn(a_report(calls={9: (5, 1, 2)}, unheard=[(12, 13)])))
    assert {"Answered", "Missed", "Out, not answered", "Nobody listened"} < set(full)


def test_it_names_itself_only_where_it_stands_alone() -> None:
    report = a_report(calls={9: (5, 1, 0)})
    assert words.title(report) not in texts(drawn(report))
    assert texts(drawn(report, titled=True))[:2] == [
        "Thursday 26 November 2026",
        "6 calls: 5 answered, 1 missed",
    ]


def test_pictures_of_one_page_have_ids_of_their_own() -> None:
    ids = [
        {each.get("id") for each in drawn(a_report(), name=name).iter() if each.get("id")}
        for name in ("wide", "narrow")
    ]
    assert ids[0].isdisjoint(ids[1])
    fills = {each.get("fill", "") for each in drawn(a_report(calls={1: (0, 1, 0)}), name="wide").iter()}
    assert "url(#wide-missed)" in fills
