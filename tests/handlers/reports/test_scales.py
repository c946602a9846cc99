from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.reports.scales import LEAST_TOP, Counts, Times

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("most", "marks"),
    [
        (0, [0, 1, 2, 3, 4]),
        (1, [0, 1, 2, 3, 4]),
        (7, [0, 2, 4, 6, 8]),
        (34, [0, 10, 20, 30, 40]),
        (120, [0, 50, 100, 150]),
        (16_601, [0, 5_000, 10_000, 15_000, 20_000]),
    ],
)
def test_an_axis_of_counts_has_few_round_numbers(most: int, marks: list[int]) -> None:
    assert Counts.for_most(most, 100, 100).marks == marks


@given(st.integers(0, 10**9))
def test_every_count_has_its_place_on_the_axis(most: int) -> None:
    counts = Counts.for_most(most, 150, 100)
    assert 4 <= len(counts.marks) + 1 <= 6
    assert counts.top >= max(most, LEAST_TOP)
    assert counts.marks[-1] == counts.top
    assert 50 <= counts.y(most) <= counts.y(0) == 150


def test_moments_stand_where_they_are_in_the_period() -> None:
    times = Times(NOON, NOON + timedelta(hours=25), 10, 500)
    assert [times.x(NOON + timedelta(hours=each)) for each in (0, 5, 25)] == [10, 110, 510]
    assert times.right == 510
