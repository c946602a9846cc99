from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handlers.reports import table
from tests.reporting import a_report

COUNTS = st.tuples(*[st.integers(0, 10**6)] * 3)


def test_each_hour_is_a_row() -> None:
    report = a_report(calls={9: (1205, 1, 2)}, phones=lambda at: at.hour)
    rows = table.rows(report)
    assert table.heading(report) == "Hour"
    assert len(rows) == 24
    assert rows[9] == ("09:00 to 10:00", ("1,205", "1", "2", "10"), "")
    assert table.total(report) == ("All", ("1,205", "1", "2", ""), "")


def test_hours_to_come_are_no_rows() -> None:
    rows = table.rows(a_report(until=2.5, phones=lambda _: 7))
    assert [row.label for row in rows] == ["00:00 to 01:00", "01:00 to 02:00", "02:00 to 03:00"]
    assert rows[-1].cells == ("0", "0", "0", "7")


def test_what_is_not_known_is_no_number() -> None:
    rows = table.rows(a_report(calls={4: (3, 0, 0)}, phones=lambda _: 7, unheard=[(2, 4.5)]))
    assert rows[2].cells == rows[3].cells == ("not known",) * 4
    assert rows[4] == ("04:00 to 05:00", ("3", "0", "0", "7"), "at least: a part of the time nobody listened")


@given(st.dictionaries(st.integers(0, 6), COUNTS))
def test_the_rows_of_a_week_sum_up_to_all(calls: dict[int, tuple[int, int, int]]) -> None:
    report = a_report("week", calls=calls)
    sums = [sum(int(row.cells[column].replace(",", "")) for row in table.rows(report)) for column in range(3)]
    assert [f"{each:,}" for each in sums] == [*table.total(report).cells[:3]]
