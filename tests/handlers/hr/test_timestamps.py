"""Moments are read in the ways that HR systems write them, and nothing hostile is one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.hr.timestamps import parse_timestamp

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1795348800", NOW),
        ("1795348800000", NOW),
        ("1795348800500", NOW + timedelta(milliseconds=500)),
        ("2026-11-22T12:00:00", NOW),
        ("2026-11-22T14:00:00+02:00", NOW),
        ("0", datetime(1970, 1, 1, tzinfo=UTC)),
        ("1969-12-31T23:59:59", None),
        ("2099-12-31T23:59:59", datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2100-01-01T00:00:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("0001-01-01T00:00:00+01:00", None),
        ("4102444800", None),
        ("yesterday", None),
        ("9" * 12, None),
        ("17953488000000", None),
        ("", None),
    ],
)
def test_moments_are_read_in_the_ways_that_sources_write_them(text: str, moment: datetime | None) -> None:
    assert parse_timestamp(text) == moment


def test_of_a_moment_no_more_than_forty_characters_are_read() -> None:
    assert parse_timestamp("2026-11-22T12:00:00." + "0" * 20) == NOW
    assert parse_timestamp("2026-11-22T12:00:00." + "0" * 21) is None


@given(
    st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2099, 12, 30)),
    st.integers(-720, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_any_moment_of_our_time_comes_back_in_utc(moment: datetime, zone: timezone) -> None:
    read = parse_timestamp(moment.replace(tzinfo=zone).isoformat())
    assert read is not None
    assert (read, read.utcoffset()) == (moment.replace(tzinfo=zone), timedelta())


@given(st.text())
def test_any_other_text_is_none_or_a_moment_in_utc(text: str) -> None:
    read = parse_timestamp(text)
    assert read is None or read.utcoffset() == timedelta()
