"""Values as they must stand in Asterisk's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.config import parser
from pbx.config.reader import expand_glob
from pbx.escaping import escape


@pytest.mark.parametrize("forged", ["a\n[evil]", "a\rb", "a\x00", "a\x7f", "\t"])
def test_a_value_that_would_forge_lines_is_never_written(forged: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        escape(forged)


VALUES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40)
NASTY = st.lists(
    st.sampled_from([";", "\\", ";--", "--;", ">", "=", "#", "[", "]", '"', " ", "x", "é", "+"])
).map("".join)


@given(st.lists(VALUES | NASTY, min_size=1, max_size=30))
def test_escaped_values_come_back_from_asterisk_as_they_were(values: list[str]) -> None:
    """By the parser that test_admin_files compares with Asterisk's."""
    stripped = [value.strip(parser.WHITESPACE) for value in values]
    text = "[x]\n" + "".join(f"v={escape(value)}\n" for value in stripped)
    found = parser.sections(lambda _path, _by: text, expand_glob, Path("x"))
    assert [value for _, value, _, _ in found[0].options] == stripped


def test_a_control_character_is_refused_and_not_repeated() -> None:
    for forged in ("a\x00", "a\x1f", "a\x7f"):
        with pytest.raises(
            ValueError, match=r"^a value with a control character cannot be written to an Asterisk file$"
        ):
            escape(forged)
    assert escape("a ~\x80") == "a ~\x80"
