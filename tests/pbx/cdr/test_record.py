"""Whose time Asterisk's records show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pbx.cdr.record import Record, located
from tests.pbx.cdr.written import record

MADE = 1795708414


def one(hours: float, uniqueid: str = f"{MADE}.0", later: float = 0.0) -> Record:
    """As a clock wrote it that is some hours ahead of UTC."""
    start = MADE + hours * 3600 + later
    return record("PJSIP/101-00000000", uniqueid=uniqueid, start=start, answer=start, end=start + 5)


def nowhere(_at: float) -> tuple[float, ...]:
    raise AssertionError("the records say so themselves")


@pytest.mark.parametrize("hours", [0, 1, 2, -5, -3.5, 5.75, 14])
def test_a_uniqueid_shows_how_far_the_clock_is_from_utc(hours: float) -> None:
    (found,) = located([one(hours)], nowhere)
    assert (found.start, found.answer, found.end) == (MADE, MADE, MADE + 5)


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    summer, winter = one(2), one(1, f"{MADE + 3600}.1", later=3600)
    assert summer.start == winter.start
    assert [each.start for each in located([summer, winter], nowhere)] == [MADE, MADE + 3600]


def test_a_record_that_does_not_show_it_has_the_time_of_those_around_it() -> None:
    later, without = one(1, later=500.0), one(1, uniqueid="", later=7.0)
    assert [each.start for each in located([later, one(1), without], nowhere)] == [MADE + 500, MADE, MADE + 7]


@pytest.mark.parametrize("hours", [0, -5])
def test_a_later_record_of_a_channel_is_of_no_other_time_zone(hours: float) -> None:
    later, without = one(hours, later=901.0), one(hours, uniqueid="", later=907.0)
    found = [each.start - MADE for each in located([one(hours), later, without], nowhere)]
    assert found == [0.0, 901.0, 907.0]


def test_without_any_uniqueid_it_is_the_time_of_this_machine() -> None:
    (found,) = located([one(3, uniqueid="")], lambda _: (3 * 3600.0,))
    assert found.start == MADE


def test_without_any_uniqueid_calls_of_an_hour_that_comes_twice_are_not_too_early_to_be_looked_for() -> None:
    for since, start in ((MADE, MADE), (MADE + 4, MADE), (MADE + 6, MADE + 3600), (MADE + 9999, MADE)):
        (found,) = located([one(2, uniqueid="")], lambda _: (7200.0, 3600.0), since)
        assert found.start == start


@pytest.mark.parametrize("hours", [1, -5])
def test_where_ids_and_other_times_were_switched_off_and_on_calls_are_not_too_early_or_too_late_to_be_looked_for(
    hours: int,
) -> None:
    in_utc, local = one(0), one(hours, uniqueid="", later=60.0)
    read = located([in_utc, local], lambda _: (hours * 3600.0,), MADE, MADE + 66)
    assert [each.start for each in read] == [MADE, MADE + 60]


def test_a_clock_that_was_set_between_is_no_time_zone() -> None:
    (found,) = located([replace(one(0), start=MADE + 40 * 86400.0)], lambda _: (0.0,))
    assert found.start == MADE + 40 * 86400.0
