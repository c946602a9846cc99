"""Patterns match the numbers that the real Asterisk matches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pbx.config.exten_patterns import pattern
from tests.asterisk_bed import Asterisk

PATTERNS = [
    "_1XX",
    "_Z[1-35]N",
    "_11.",
    "_1!",
    "_1-2-X",
    "_x1z",
    "112",
    "1-1-3",
    "_[79]n.",
    "_1[13]",
    "_1 1X",
]


EXTENS = [*PATTERNS, "_X.", "_9X.", "_[1-8]X!", "_XXX", "_.", "_!"]


def test_asterisk_matches_patterns_as_we_do(asterisk: Asterisk) -> None:
    numbers = ["1", "11", "13", "100", "111", "112", "113", "123", "129", "199", "211", "258", "712", "9211"]
    contexts = "".join(f"[p{place}]\nexten => {each},1,Hangup()\n" for place, each in enumerate(PATTERNS))
    (asterisk.config_dir / "extensions.conf").write_text(contexts)
    asterisk.cli("dialplan reload")
    for place, exten in enumerate(PATTERNS):
        matched = [n for n in numbers if "Hangup" in asterisk.cli(f"dialplan show {n}@p{place}")]
        assert [n for n in numbers if pattern(exten).covers(pattern(n))] == matched, exten


@given(st.text("_XZN[]-.!0123456789 ", max_size=12), st.text("0123456789", min_size=1, max_size=6))
def test_matching_never_raises(exten: str, number: str) -> None:
    pattern(exten).covers(pattern(number))


@given(st.sampled_from(EXTENS), st.sampled_from(EXTENS), st.text("0123456789", min_size=1, max_size=6))
def test_what_two_patterns_have_in_common_matches_what_both_match(one: str, other: str, number: str) -> None:
    dialled, common = pattern(number), pattern(one).common(pattern(other))
    both = pattern(one).covers(dialled) and pattern(other).covers(dialled)
    assert (common is not None and common.covers(dialled)) == both


@given(
    st.sampled_from(EXTENS),
    st.integers(-4, 4),
    st.none() | st.integers(0, 3),
    st.text("0123456789", max_size=8),
)
def test_what_is_cut_out_of_a_number_is_matched(
    exten: str, start: int, length: int | None, number: str
) -> None:
    if pattern(exten).covers(pattern(number)) and (start >= 0 or length is None) and len(number) >= -start:
        cut = number[start:] if length is None else number[start:][:length]
        assert pattern(exten).sliced(start, length).covers(pattern(cut))


def test_what_has_an_end_has_one_in_common_with_what_has_none() -> None:
    for one, other in (("_XXX", "_11."), ("_11.", "_XXX"), ("_XXX", "_!")):
        common = pattern(one).common(pattern(other))
        assert common is not None
        assert (len(common.positions), common.tail) == (3, "")


def test_a_pattern_of_one_number_knows_it() -> None:
    assert [pattern(each).only for each in ("101", "_101", "_10X", "_1!")] == ["101", "101", None, None]
