from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.reports.periods import DAYS, STEPS, Kind, Period

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC", "Asia/Beirut")
DAYS_OF_TEN_YEARS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 26), 24)],
    ids=("clock put forward", "clock put back", "ordinary"),
)
def test_a_day_has_as_many_hours_as_pass(day: date, hours: int) -> None:
    period = Period.of("day", day, BERLIN)
    assert len(period.bars()) == hours
    assert period.end.astimezone(UTC) - period.start.astimezone(UTC) == timedelta(hours=hours)


def test_an_hour_that_comes_twice_is_two_bars() -> None:
    bars = Period.of("day", date(2026, 10, 25), BERLIN).bars()
    shown = [(bar.hour, str(bar.utcoffset())) for bar in bars[1:5]]
    assert shown == [(1, "2:00:00"), (2, "2:00:00"), (2, "1:00:00"), (3, "1:00:00")]


def test_a_week_begins_on_monday_whatever_day_of_it_is_named() -> None:
    week = Period.of("week", date(2026, 11, 26), BERLIN)
    assert (week.first, week.last) == (date(2026, 11, 23), date(2026, 11, 29))
    assert [bar.day for bar in week.bars()] == [*range(23, 30)]
    assert week.previous().next() == week


@pytest.mark.parametrize("kind", ["day", "week"])
@given(day=DAYS_OF_TEN_YEARS, zone=st.sampled_from(ZONES))
def test_bars_and_counts_of_phones_go_from_the_beginning_to_the_end(kind: Kind, day: date, zone: str) -> None:
    period = Period.of(kind, day, ZoneInfo(zone))
    assert period.first <= day <= period.last
    start, end = period.start.astimezone(UTC), period.end.astimezone(UTC)
    assert period.next().start.astimezone(UTC) == end
    bars = [bar.astimezone(UTC) for bar in period.bars()]
    assert bars == sorted(set(bars))
    assert bars[0] == start
    assert bars[-1] < end
    moments = [at.astimezone(UTC) for at in period.moments(end + timedelta(days=1))]
    assert (moments[0], moments[-1]) == (start, end)
    apart = {later - earlier for earlier, later in pairwise(moments)}
    assert max(apart) == STEPS[kind]
    assert len(period.bars()) in ((23, 24, 25) if DAYS[kind] == 1 else (7,))


def test_phones_are_counted_until_now_and_not_before_the_day_has_begun() -> None:
    today = Period.of("day", date(2026, 11, 26), BERLIN)
    now = datetime(2026, 11, 26, 0, 40, tzinfo=BERLIN)
    assert [at.strftime("%H:%M") for at in today.moments(now)] == ["00:00", "00:15", "00:30", "00:40"]
    assert today.next().moments(now) == []


def test_without_a_zone_it_is_the_server_s(monkeypatch: pytest.MonkeyPatch) -> None:
    import time as clock

    monkeypatch.setenv("TZ", "America/New_York")
    clock.tzset()
    try:
        period = Period.of("day", date(2026, 11, 1))
        assert len(period.bars()) == 25
        assert period.moment(date(2026, 11, 2), time(8)).astimezone(UTC).hour == 13
    finally:
        monkeypatch.undo()
        clock.tzset()
