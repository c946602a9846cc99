from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pbx.reports.report import Known, Span, is_known, known, merged
from tests.reporting import a_report

START = datetime(2026, 11, 26, tzinfo=UTC)
MINUTES = st.integers(-600, 2000)


def minutes(count: int) -> datetime:
    return START + timedelta(minutes=count)


def span(first: int, last: int) -> Span:
    return Span(minutes(first), minutes(last))


@given(st.lists(st.tuples(MINUTES, MINUTES)))
def test_merged_spans_cover_the_same_minutes(pairs: list[tuple[int, int]]) -> None:
    found = merged([span(*pair) for pair in pairs], minutes(0), minutes(1440))
    covered = {at for gap in found for at in range(1440) if gap.start <= minutes(at) < gap.end}
    assert covered == {at for at in range(1440) if any(first <= at < last for first, last in pairs)}
    assert all(one.end < other.start for one, other in pairwise(found))
    assert all(gap.start < gap.end for gap in found)


def test_an_hour_is_known_as_far_as_somebody_listened() -> None:
    until = minutes(150)
    assert known(minutes(0), minutes(60), until, []) is Known.ALL
    assert known(minutes(0), minutes(60), until, [span(50, 70)]) is Known.PARTLY
    assert known(minutes(0), minutes(60), until, [span(0, 70)]) is Known.NOT
    assert known(minutes(120), minutes(180), until, [span(120, 150)]) is Known.NOT  # as far as it has come
    assert known(minutes(180), minutes(240), until, []) is Known.TO_COME


def test_what_was_registered_while_nobody_listened_is_not_known() -> None:
    gaps = [span(10, 20)]
    assert [is_known(minutes(at), gaps) for at in (9, 10, 15, 20, 21)] == [True, False, False, False, True]


def test_a_report_sums_up_its_bars() -> None:
    report = a_report(calls={9: (5, 1, 0), 10: (7, 0, 2)})
    assert (report.calls.answered, report.calls.missed, report.calls.unreached) == (12, 1, 2)
    assert report.calls.all == 15
    assert report.busiest is report.bars[10]
    assert a_report().busiest is None


def test_a_report_is_as_it_was_after_the_outbox_had_it() -> None:
    report = a_report(calls={9: (5, 1, 0)}, unheard=[(12, 13)])
    assert type(report).model_validate(report.model_dump(mode="json")) == report
