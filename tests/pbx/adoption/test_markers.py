"""Lines are commented out and come back byte for byte, whatever stands in the file."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from pbx.adoption import markers

NUMBERS = st.sampled_from(["101", "102", "2001"])
PIECES = st.sampled_from([b"\n", b"\r\n", b";", b"[101]", b"\xff", b";switchhook-adopted 103; ", b" x=1"])
CONTENT = st.one_of(st.binary(), st.lists(PIECES).map(b"".join))


@given(CONTENT, st.dictionaries(st.integers(1, 40), NUMBERS))
def test_lines_that_were_commented_out_come_back_byte_for_byte(content: bytes, lines: dict[int, str]) -> None:
    there = {line: number for line, number in lines.items() if line <= content.count(b"\n") + 1}
    assume(not markers.numbers_in(content) & set(there.values()))
    commented = markers.comment_out(content, there)
    assert commented.count(b"\n") == content.count(b"\n")
    assert set(there.values()) <= markers.numbers_in(commented)
    assert markers.uncomment(commented, set(there.values())) == content


@given(CONTENT, st.dictionaries(st.integers(1, 40), NUMBERS))
def test_lines_of_other_extensions_stay_comments(content: bytes, lines: dict[int, str]) -> None:
    there = {line: number for line, number in lines.items() if line <= content.count(b"\n") + 1}
    assume(not markers.numbers_in(content) & set(there.values()))
    left = markers.uncomment(markers.comment_out(content, there), {"101"})
    assert left == markers.comment_out(
        content, {line: number for line, number in there.items() if number != "101"}
    )


def test_lines_that_are_out_of_date_stay_comments_for_good() -> None:
    commented = markers.comment_out(b"[101]\r\ntype=aor", {1: "101", 2: "101"})
    retired = markers.retire(commented, {"101"})
    assert retired == b";switchhook-released 101; [101]\r\n;switchhook-released 101; type=aor"
    assert markers.uncomment(retired, {"101"}) == retired
    assert markers.retire(commented, {"102"}) == commented


def test_each_line_that_is_commented_out_is_found_with_its_number() -> None:
    content = b"a\x85b\n[101]\n[102]\n;switchhook-adopted 1; x\n[101]\n"
    text = markers.comment_out(content, {2: "101", 3: "102", 5: "101"}).decode("latin-1")
    assert list(markers.places(text)) == [("101", 2), ("102", 3), ("101", 5)]
    assert list(markers.places(f" {text[4:]}")) == [("102", 2), ("101", 4)]
