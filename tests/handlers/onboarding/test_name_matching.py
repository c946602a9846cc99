"""Whether two names may be one person's: rather once too often than not at all."""

from __future__ import annotations

import pytest

from handlers.onboarding.name_matching import is_same, share_a_word, words


def test_words_have_neither_accents_nor_case_nor_brackets() -> None:
    assert words("Zoë  O'Brien (desk)") == {"zoe", "o", "brien"}
    assert words("Straße (a) 張偉") == {"strasse", "張偉"}


@pytest.mark.parametrize(
    ("one", "other", "same", "share"),
    [
        ("Alice Smith", "Smith, Alice", True, True),
        ("Alice", "Alice Smith", True, True),
        ("Ali Smith", "Alice Smith", True, True),
        ("Alice Smith", "Ali", True, True),
        ("Carol Smith", "Chris Smith", False, True),
        ("Carol", "Chris", False, False),
        ("A Smith", "Alice Smith", False, True),
        ("A", "Alice", False, False),
        ("Al", "Alice", True, True),
        ("Zoë", "zoe (desk)", True, True),
        ("", "Alice", False, False),
        ("(desk)", "", False, False),
    ],
)
def test_names_are_compared_word_by_word(one: str, other: str, same: bool, share: bool) -> None:
    assert (is_same(one, other), is_same(other, one)) == (same, same)
    assert (share_a_word(one, other), share_a_word(other, one)) == (share, share)
