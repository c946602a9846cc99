from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from handlers.reports import words
from tests.reporting import a_report

BERLIN = ZoneInfo("Europe/Berlin")
CALLS = {9: (5, 1, 0), 10: (1200, 3, 2)}


def test_a_report_is_named_by_its_days() -> None:
    assert words.title(a_report()) == "Thursday 26 November 2026"
    assert words.title(a_report("week")) == "Monday 23 November to Sunday 29 November 2026"
    new_year = a_report("week", date(2027, 1, 1))
    assert words.title(new_year) == "Monday 28 December 2026 to Sunday 3 January 2027"


def test_all_that_the_picture_shows_is_said() -> None:
    report = a_report(calls=CALLS, phones=lambda at: 3 if at.hour < 9 else 12, zone=BERLIN)
    assert words.sentences(report) == [
        "1,211 calls: 1,205 answered, 4 missed, 2 out and not answered.",
        "Most from 10:00 to 11:00: 1,205.",
        "Registered phones: between 3 and 12, 3 at the end.",
        "Times are the server’s (CET, UTC+1).",
    ]


def test_a_week_is_told_by_its_days() -> None:
    report = a_report("week", calls={1: (9, 1, 0), 2: (1, 0, 0)}, phones=lambda _: 7)
    assert words.sentences(report) == [
        "11 calls: 10 answered, 1 missed.",
        "Most on Tuesday 24 November: 10.",
        "Registered phones: 7 whenever they were counted.",
        "Times are the server’s (UTC).",
    ]


def test_of_phones_that_were_counted_once_it_says_when() -> None:
    report = a_report(unheard=[(0, 13.9), (14.1, 24)], phones=lambda _: 2)
    assert "Registered phones: 2 at 14:00." in words.sentences(report)


def test_one_call_is_one() -> None:
    assert words.sentences(a_report(calls={9: (0, 1, 0)}))[:2] == [
        "1 call: 0 answered, 1 missed.",
        "No phone was registered.",
    ]


def test_a_day_that_is_not_over_says_so() -> None:
    report = a_report(until=13.5, phones=lambda at: at.hour)
    assert words.sentences(report) == [
        "No calls on this day so far.",
        "Registered phones: between 0 and 13, 13 now.",
        "Times are the server’s (UTC), until 13:30.",
    ]
    assert words.totals(a_report("week")) == "No calls in this week"
    assert words.times(a_report("week", until=30)) == "Times are the server’s (UTC), until Tuesday 06:00."


def test_what_is_not_known_is_not_said_to_be_nothing() -> None:
    once = words.sentences(a_report(calls=CALLS, unheard=[(12.5, 14)]))
    assert "Nobody listened from 12:30 to 14:00: what happened then is not known." in once
    twice = words.sentences(a_report(unheard=[(12.5, 14), (20, 24)]))
    assert "Nobody listened 2 times, 5 h 30 min in all: what happened then is not known." in twice
    never = words.sentences(a_report(unheard=[(0, 24)]))
    assert never[:2] == [
        "Nobody listened on this day.",
        "Switchhook was not connected to Asterisk, or kept no events: what happened is not known.",
    ]
    late = words.sentences(a_report("week", unheard=[(24 * 6, 24 * 7)]))
    assert "Nobody listened from Sunday 00:00 to Sunday 24:00: what happened then is not known." in late


def test_hours_of_a_day_on_which_the_clock_is_changed_are_told_apart() -> None:
    report = a_report(day=date(2026, 10, 25), zone=BERLIN)
    assert [words.bar_label(report, bar) for bar in report.bars[1:4]] == [
        "01:00 to 02:00 (UTC+2)",
        "02:00 to 03:00 (UTC+2)",
        "02:00 to 03:00 (UTC+1)",
    ]
    assert words.bar_label(report, report.bars[-1]) == "23:00 to 24:00 (UTC+1)"
    assert words.times(report) == "Times are the server’s (UTC+2 then UTC+1)."


@pytest.mark.parametrize(
    ("minutes", "shown"), [(0, "UTC"), (60, "UTC+1"), (345, "UTC+5:45"), (-210, "UTC−3:30")]
)
def test_an_offset_is_shown_as_people_write_it(minutes: int, shown: str) -> None:
    zone = timezone(timedelta(minutes=minutes)) if minutes else UTC
    assert words.offset(datetime(2026, 11, 26, tzinfo=zone)) == shown
