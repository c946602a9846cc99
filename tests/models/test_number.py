"""Numbers as people write them, in any script, and in the order in which people count."""

from __future__ import annotations

import pytest

from models.number import ascii_digits, by_size, is_number, whole


@pytest.mark.parametrize("text", ["10", "101", "0" * 20])
def test_2_to_20_ascii_digits_are_a_number(text: str) -> None:
    assert is_number(text)


@pytest.mark.parametrize("text", ["", "1", "1" * 21, "10a", "101\n", " 101", "１０１", "-10"])
def test_other_texts_are_no_number(text: str) -> None:
    assert not is_number(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("١٠١", "101"), ("１０１", "101"), ("101", "101"), ("a１b²", "a1b²"), ("①", "①")],
)
def test_digits_of_every_script_become_ascii_and_all_else_stays(text: str, expected: str) -> None:
    assert ascii_digits(text) == expected


def test_numbers_are_sorted_as_people_count() -> None:
    assert sorted(["1000", "101", "99", "100"], key=by_size) == ["99", "100", "101", "1000"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("999", 999),
        ("007", 7),
        ("1000", None),
        ("", None),
        ("-1", None),
        ("²", None),
        ("٣", None),
        ("1 ", None),
    ],
)
def test_whole_numbers_are_of_so_many_ascii_digits(text: str, expected: int | None) -> None:
    assert whole(text, 3) == expected
