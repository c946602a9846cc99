"""Lists say how much of them was left out."""

from __future__ import annotations

import pytest

from models.words import some


@pytest.mark.parametrize(
    ("things", "told"),
    [("", ""), ("a", "a"), ("ab", "a; b"), ("abc", "a; b and 1 more"), ("abcd", "a; b and 2 more")],
)
def test_the_first_few_are_told_and_how_many_more_there_are(things: str, told: str) -> None:
    assert some(things, 2, "; ") == told


def test_five_are_a_few() -> None:
    assert (some("abcde"), some("abcdef")) == ("a, b, c, d, e", "a, b, c, d, e and 1 more")
