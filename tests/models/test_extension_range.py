"""A range of numbers, as settings name it."""

from __future__ import annotations

import pytest

from models.extension_range import ExtensionRange


@pytest.mark.parametrize("dash", "-‐‑‒–—−－")
def test_any_dash_and_any_digits_will_do(dash: str) -> None:
    assert list(ExtensionRange(f"98{dash}99").numbers()) == [98, 99]
    assert list(ExtensionRange(f"١٠١{dash}１０２").numbers()) == [101, 102]


@pytest.mark.parametrize(
    "text",
    ["", "100", "1-2", "100-99", "99-100", "010-020", "100-1990", "1234567890-1234567891", "100-199,300-399"],
)
def test_what_is_no_range_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"^needs two numbers with as many digits as each other, such as 100-199$"
    ):
        ExtensionRange(text)


def test_a_range_of_one_number_and_of_nine_digits_will_do() -> None:
    assert list(ExtensionRange("100-100").numbers()) == [100]
    assert ExtensionRange("123456789-123456790").digits == 9


def test_a_number_is_in_it_as_it_is_dialled() -> None:
    numbers = ExtensionRange("10-19")
    assert [each for each in ("09", "10", "19", "20") if each in numbers] == ["10", "19"]
    for other in ("010", "1", "١٠", "1a", "1²", 15, None):
        assert other not in numbers
    assert numbers == "10-19"
