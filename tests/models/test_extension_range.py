"""Ranges of extension numbers, as people type them."""

from __future__ import annotations

import pytest

from models.extension_range import ExtensionRange

ARABIC_101 = "".join(chr(0x0660 + digit) for digit in (1, 0, 1))  # digits to str.isdecimal(), not to a phone
FULLWIDTH_101 = "".join(chr(0xFF10 + digit) for digit in (1, 0, 1))


@pytest.mark.parametrize("text", ["100-199", "10-99", "100-100", "200000000-299999999"])
def test_a_range_has_two_numbers_of_the_same_length(text: str) -> None:
    first, last = text.split("-")
    parsed = ExtensionRange(text)
    assert (parsed.first, parsed.last, parsed.digits) == (int(first), int(last), len(first))
    assert parsed.numbers() == range(int(first), int(last) + 1)
    assert first in parsed
    assert last in parsed
    assert str(parsed) == text


@pytest.mark.parametrize("text", ["101–199", f"{ARABIC_101}-199", f"{FULLWIDTH_101}—199"], ids=ascii)
def test_a_range_may_be_typed_in_any_script(text: str) -> None:
    typed = ExtensionRange(text)
    assert (str(typed), typed.first, typed.last) == ("101-199", 101, 199)


NO_RANGES = [
    "",
    "100",
    "1-9",
    "100-1999",
    "199-100",
    "000-099",
    "100 - 199",
    "100-199\n",
    "-100-199",
    "1000000000-1999999999",
]


@pytest.mark.parametrize("text", NO_RANGES, ids=ascii)
def test_anything_else_is_no_range(text: str) -> None:
    with pytest.raises(ValueError, match="such as 100-199"):
        ExtensionRange(text)


OUTSIDE = [
    "99",
    "200",
    "1000",
    "0101",
    "",
    "1O1",
    "101\n",
    " 101",
    "+101",
    ARABIC_101,
    FULLWIDTH_101,
    101,
    None,
]


@pytest.mark.parametrize("number", OUTSIDE, ids=ascii)
def test_any_other_number_is_outside_the_range(number: object) -> None:
    assert number not in ExtensionRange("100-199")
