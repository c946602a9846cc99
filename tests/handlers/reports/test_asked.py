from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.reports.asked import Asked, parse
from pbx.errors import Refusal

TODAY = date(2026, 11, 26)
KEEP = timedelta(days=90)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("", Asked("day", TODAY)),
        ("day", Asked("day", TODAY)),
        ("today", Asked("day", TODAY)),
        ("week", Asked("week", TODAY)),
        ("Day Yesterday", Asked("day", date(2026, 11, 25))),
        ("yesterday", Asked("day", date(2026, 11, 25))),
        ("last week", Asked("week", date(2026, 11, 19))),
        ("last", Asked("week", date(2026, 11, 19))),
        ("2026-11-01", Asked("day", date(2026, 11, 1))),
        ("week 2026-11-01 here", Asked("week", date(2026, 11, 1), here=True)),
        ("HERE", Asked("day", TODAY, here=True)),
    ],
)
def test_words_mean_a_day_or_a_week(typed: str, asked: Asked) -> None:
    assert parse(typed.split(), TODAY, KEEP) == asked


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("month", "“month” is neither day nor week, and no date such as 2026-11-24"),
        ("day week", "more than one day or week"),
        ("week yesterday", "more than one day or week"),
        ("yesterday 2026-11-01", "more than one day or week"),
        ("2026-11-31", "no date such as"),
        ("2026-11-27", "2026-11-27 is yet to come"),
        (
            "week 2026-08-27",
            "events are kept for 90 days \\(KEEP_EVENTS_DAYS\\), so that 2026-08-27 is not known any more",
        ),
        ("0001-01-01", "not known any more"),
    ],
)
def test_what_is_no_day_is_refused_with_what_to_type(typed: str, reason: str) -> None:
    with pytest.raises(Refusal, match=f"{reason}.*: type /ext report day, /ext report week last"):
        parse(typed.split(), TODAY, KEEP)
