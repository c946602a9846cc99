"""Moments as each reader's client shows them."""

from __future__ import annotations

from datetime import date

from handlers.slack.times import day, when
from tests.factories import at_time
from tests.slack_stand_in.render import mrkdwn


def test_a_moment_is_shown_by_slack_in_each_readers_time_zone() -> None:
    assert when(at_time()).startswith("<!date^1800000000^{date_short_pretty} {time}|")
    assert mrkdwn(when(at_time())) == f"{at_time().astimezone():%Y-%m-%d %H:%M}"


def test_a_day_is_the_same_for_everybody() -> None:
    assert day(date(2026, 12, 24)) == "24 December 2026"
