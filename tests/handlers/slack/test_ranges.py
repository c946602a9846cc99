"""A long list in ranges of numbers."""

from __future__ import annotations

from handlers.slack.ranges import headed


def lines(*numbers: int | str) -> list[tuple[str, str]]:
    return [(str(number), f"line of {number}") for number in numbers]


def headings(*numbers: int | str) -> list[str]:
    return [line for line in headed(lines(*numbers), 1000) if line.startswith("*")]


def test_a_short_list_has_no_headings() -> None:
    assert headed(lines(*range(100, 120)), 20) == [line for _, line in lines(*range(100, 120))]
    assert len(headed(lines(*range(100, 120)), 21)) == 21


def test_a_long_one_has_a_heading_above_each_range() -> None:
    found = headed(lines(*range(130, 170)), 300)
    assert [found[0], found[21]] == ["*100–149*", "*150–199*"]
    assert found[1:21] == [f"line of {number}" for number in range(130, 150)]


def test_numbers_that_lie_far_apart_have_wide_ranges() -> None:
    assert headings(*range(1000, 3000, 50)) == ["*1000–1499*", "*1500–1999*", "*2000–2499*", "*2500–2999*"]
    assert headings(*range(10, 90, 2), *range(100, 140)) == ["*10–49*", "*50–99*", "*100–149*"]
    assert headings("101", "2001") == []


def test_a_zero_in_front_stays() -> None:
    assert headings(*(f"0{number}" for number in range(100, 140))) == ["*0100–0149*"]
