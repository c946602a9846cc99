"""The weekly report: on Monday at eight, once, whoever listens; late rather than never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.reports import weekly
from models.lease import LeaseHolder, LeaseLost
from models.outbox import OutboxMessage
from pbx.reports import counting
from pbx.reports.report import Report
from pbx.services import Services
from tests.factories import ended, free_lease, holder_of, outbox_messages, store

BERLIN = ZoneInfo("Europe/Berlin")
HERE, THERE = "C0WEEKLY", "C0OTHERS"
MONDAY = datetime(2026, 11, 30, 8, tzinfo=BERLIN).astimezone(UTC)


class Week:
    """A week whose clock is set by tests."""

    def __init__(self, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
        self.services, self.holder = services, holder_of(services)
        self._monkeypatch = monkeypatch
        self.at(MONDAY - timedelta(days=3))
        self.choose(HERE)

    def at(self, moment: datetime) -> None:
        for module in (weekly, counting):
            self._monkeypatch.setattr(module, "now", lambda: moment)

    def choose(self, channel: str) -> str:
        with self.services.database.session() as session:
            return weekly.choose(session, channel)

    def look(self, holder: LeaseHolder | None = None) -> None:
        weekly.send_due(self.services, holder or self.holder, BERLIN)

    def sent(self) -> list[tuple[str, str, str]]:
        """Channel, kind and first day of each report."""
        return [(row.channel, row.content["kind"], row.content["report"]["first"]) for row in self.messages()]

    def messages(self) -> list[OutboxMessage]:
        return outbox_messages(self.services)


@pytest.fixture
def week(quiet: Services, monkeypatch: pytest.MonkeyPatch) -> Week:
    return Week(quiet, monkeypatch)


def both(channel: str, first: str) -> list[tuple[str, str, str]]:
    return [(channel, "report", first), (channel, "report_picture", first)]


def test_it_is_sent_on_monday_at_eight_and_not_before(week: Week) -> None:
    week.at(MONDAY - timedelta(seconds=1))
    week.look()
    assert week.sent() == []
    week.at(MONDAY)
    week.look()
    assert week.sent() == both(HERE, "2026-11-23")


def test_it_is_sent_once_over_restarts_and_takeovers(week: Week) -> None:
    week.at(MONDAY)
    week.look()
    for minutes in range(1, 4):
        week.at(MONDAY + timedelta(minutes=minutes))
        free_lease(week.services)
        week.look(holder_of(week.services))
    assert len(week.sent()) == 2
    week.at(MONDAY + timedelta(days=7))
    free_lease(week.services)
    week.look(holder_of(week.services))
    assert week.sent()[2:] == both(HERE, "2026-11-30")


def test_who_has_lost_the_lease_sends_nothing_and_the_next_does(week: Week) -> None:
    week.at(MONDAY)
    free_lease(week.services)
    with pytest.raises(LeaseLost):
        week.look()
    assert week.sent() == []
    week.look(holder_of(week.services))
    assert len(week.sent()) == 2


def test_late_is_better_than_never_and_of_several_weeks_the_last_is_enough(week: Week) -> None:
    week.at(MONDAY + timedelta(days=16))
    week.look()
    week.look()
    assert week.sent() == both(HERE, "2026-12-07")


def test_it_has_what_happened_in_the_week_before(week: Week) -> None:
    store(
        week.services, ended("1.1", at=MONDAY.timestamp() - 86400), ended("1.2", at=MONDAY.timestamp() - 60)
    )
    week.at(MONDAY)
    week.look()
    report = Report.model_validate(week.messages()[0].content["report"])
    assert [bar.calls.answered for bar in report.bars] == [0, 0, 0, 0, 0, 0, 1]


def test_what_is_switched_off_is_not_sent(week: Week) -> None:
    assert week.choose("") == HERE
    week.at(MONDAY)
    week.look()
    assert week.sent() == []


def test_who_chooses_a_channel_on_monday_after_eight_waits_for_the_next(week: Week) -> None:
    week.choose("")
    week.at(MONDAY + timedelta(hours=1))
    assert week.choose(THERE) == ""
    week.look()
    assert week.sent() == []


def test_what_is_due_already_goes_to_the_new_channel(week: Week) -> None:
    week.at(MONDAY + timedelta(minutes=5))  # nobody listened at eight
    assert week.choose(THERE) == HERE
    week.look()
    week.choose(HERE)
    week.look()
    assert week.sent() == both(THERE, "2026-11-23")


def test_a_moment_of_a_clock_that_is_ahead_ends_no_later_reports(week: Week) -> None:
    week.at(MONDAY + timedelta(days=1500))
    week.look()
    for days in (7, 8, 13, 14):
        week.at(MONDAY + timedelta(days=days))
        week.look()
    assert week.sent()[2:] == [*both(HERE, "2026-11-30"), *both(HERE, "2026-12-07")]


def test_a_clock_that_is_a_little_behind_the_one_before_sends_nothing_again(week: Week) -> None:
    week.at(MONDAY + timedelta(minutes=5))
    week.look()
    week.at(MONDAY + timedelta(minutes=1))
    free_lease(week.services)
    week.look(holder_of(week.services))
    assert len(week.sent()) == 2


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))
def test_it_is_always_eight_by_the_clock_of_the_server(naive: datetime) -> None:
    at = naive.replace(tzinfo=UTC)
    last, following = weekly.last_due(at, BERLIN), weekly.next_due(at, BERLIN)
    assert last <= at < following
    assert timedelta(days=6, hours=23) <= following - last <= timedelta(days=7, hours=1)
    for each in (last, following):
        shown = each.astimezone(BERLIN)
        assert (shown.weekday(), shown.hour, shown.minute) == (0, 8, 0)
