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
