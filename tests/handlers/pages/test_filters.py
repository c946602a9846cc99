"""Days and ids in the address of a list, without a server."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.pages.filters import DAY, ORDER, days, row_id


def test_days_begin_and_end_at_the_servers_midnights() -> None:
    found = days({"from": "2026-11-25", "to": "2026-11-26"})
    assert found.since
    assert found.until
    assert (found.since.hour, found.since.date()) == (0, date(2026, 11, 25))
    assert found.until.date() == date(2026, 11, 27)
    assert found.until.utcoffset() is not None
    assert found.errors == {}


def test_either_may_be_left_out() -> None:
    assert days({}).errors == {}
    assert days({"from": "2026-11-25"}).until is None
    assert days({"to": "2026-11-25"}).since is None


@pytest.mark.parametrize(
    "text", ["x", "2026-13-01", "0001-01-01", "9999-12-31", "2026-11-26T10:00", "9" * 500]
)
def test_what_is_no_day_is_said_at_its_field(text: str) -> None:
    found = days({"from": text})
    assert found.errors == {"from": DAY}
    assert found.since is None


def test_a_last_day_before_the_first_is_said() -> None:
    today = date(2026, 11, 26)
    found = days({"from": str(today), "to": str(today - timedelta(days=1))})
    assert found.errors == {"to": ORDER}


@pytest.mark.parametrize(
    ("text", "expected"), [("17", 17), ("", None), ("²", None), ("-1", None), ("9" * 19, None)]
)
def test_an_id_is_a_number_that_a_database_takes(text: str, expected: int | None) -> None:
    assert row_id(text) == expected
