"""What stands on a page of a list."""

from __future__ import annotations

import pytest

from handlers.pages import paging
from models.event import Event, EventKind
from models.types import now


@pytest.mark.parametrize(
    ("page", "expected"),
    [(1, ([1, 2], 1, 3)), (3, ([5], 3, 3)), (9, ([5], 3, 3)), (0, ([1, 2], 1, 3))],
)
def test_a_page_that_there_is_not_is_the_nearest(page: int, expected: tuple[list[int], int, int]) -> None:
    assert paging.part([1, 2, 3, 4, 5], 2, page) == expected


def test_of_nothing_there_is_one_page() -> None:
    assert paging.part([], 2, 1) == ([], 1, 1)


def test_one_more_than_a_page_says_that_there_are_older_ones() -> None:
    rows = [Event(id=each, at=now(), kind=EventKind.RINGING) for each in (9, 8, 7)]
    assert paging.older(rows, 2) == (rows[:2], 8)
    assert paging.older(rows, 3) == (rows, None)
    assert paging.older([], 3) == ([], None)
