from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from tests.handlers.reports.test_drawing import boxes, drawn, height, texts
from tests.reporting import a_report


def test_a_bar_is_as_high_as_its_count() -> None:
    picture = drawn(a_report(calls={9: (40, 0, 0), 10: (10, 10, 0)}))
    high, low = boxes(picture, "answered")
    assert height(high) == 150
    assert height(low) == 37.5
    (missed,) = boxes(picture, "missed")
    assert missed.get("fill") == "url(#report-missed)"  # striped: not told by its colour alone
    assert float(missed.get("y", "0")) + height(missed) < float(low.get("y", "0"))  # stands on top


def test_the_highest_bar_has_its_number() -> None:
    assert "1,234" in texts(drawn(a_report(calls={9: (1230, 4, 0), 10: (3, 0, 0)})))


def test_a_day_without_calls_says_so() -> None:
    assert "No calls on this day" in texts(drawn(a_report()))
    assert "Nobody listened on this day" in texts(drawn(a_report(unheard=[(0, 24)])))


def test_hours_are_marked_by_the_clock_also_where_it_is_changed() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    marks = ["00", "03", "06", "09", "12", "15", "18", "21", "24"]
    for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 26)):
        shown = texts(drawn(a_report(day=day, zone=berlin)))
        assert [each for each in shown if len(each) == 2] == 2 * marks


def test_a_narrow_picture_has_fewer_marks() -> None:
    assert texts(drawn(a_report(), 320)).count("06:00") == 2
    assert "Mon" in texts(drawn(a_report("week"), 320))
    assert "Mon 23" in texts(drawn(a_report("week"), 480))


def test_the_line_of_phones_ends_where_it_is_known_and_says_the_last() -> None:
    picture = drawn(a_report(phones=lambda at: at.hour, unheard=[(2, 4), (20, 24)], until=18.0))
    assert len(list(picture.findall(".//{*}path"))) == 2
    assert texts(picture)[-2] == "18"
    unknown_now = drawn(a_report(phones=lambda _: 7, unheard=[(2, 24)]))
    assert list(unknown_now.findall(".//{*}circle"))[1:] == []  # but the pattern's
    assert "7" not in texts(unknown_now)
