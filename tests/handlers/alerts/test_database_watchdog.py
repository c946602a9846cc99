"""What is posted past the outbox: that the listener's database is away, or takes nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from jobs import Jobs
from pbx.services import Services
from tests.database_lock import read_only
from tests.factories import holder_of
from tests.handlers.alerts.alerting import route
from tests.slack_stand_in import SlackStandIn


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        yield running


def test_a_database_that_is_away_is_reported_straight_to_slack(
    quiet: Services, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.detector.GRACE", timedelta())
    jobs = Jobs(quiet, lambda: None)
    jobs.hold_lease()
    jobs.stop()  # no pauses
    jobs.listen()
    with quiet.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE incident RENAME TO elsewhere")
    for _ in range(3):
        with pytest.raises(OperationalError):
            jobs.report_incidents()
    assert "The listener cannot use its database" in slack.messages("C0PHONES")[0].text
    with quiet.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO incident")
    jobs.report_incidents()
    assert slack.messages("C0PHONES")[1].text.startswith("✅ *The listener's database works again")
    assert len(slack.called("chat.postMessage")) == 4


def test_that_its_database_is_away_goes_to_the_channel_that_alerts_were_routed_to(
    quiet: Services, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.detector.GRACE", timedelta())
    jobs = Jobs(quiet, lambda: None)
    jobs.hold_lease()
    route(quiet, "", "", "C0OFFICE")
    jobs.report_incidents()
    with quiet.database.engine.begin() as connection:
        for table in ("incident", "alert_route"):
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {table}_elsewhere")
    with pytest.raises(OperationalError):
        jobs.report_incidents()
    assert "The listener cannot use its database" in slack.messages("C0OFFICE")[0].text
    assert slack.messages("C0PHONES") == []


def test_a_database_that_can_be_read_and_not_written_is_reported_straight_to_slack(
    quiet: Services, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.detector.GRACE", timedelta())
    jobs = Jobs(quiet, lambda: None)
    jobs.hold_lease()
    with read_only(quiet):
        jobs._holder._renewed_at = -math.inf  # some seconds later
        for _ in range(2):
            with pytest.raises(OperationalError):
                jobs.report_incidents()
        (told,) = slack.messages("C0PHONES")
        assert "The listener cannot use its database" in told.text
        assert "it is read-only" in str(told.content)
    jobs.report_incidents()
    assert slack.messages("C0PHONES")[1].text.startswith("✅ *The listener's database works again")


@pytest.mark.parametrize("has_ended", [True, False])
def test_who_cannot_take_over_from_a_listener_that_has_ended_reports_why(
    quiet: Services, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch, has_ended: bool
) -> None:
    monkeypatch.setattr("handlers.alerts.detector.GRACE", timedelta())
    holder = holder_of(quiet)
    jobs = Jobs(quiet, lambda: None)
    hold_lease = jobs.detector.guarded(jobs.hold_lease, lambda _: None)
    if has_ended:
        holder.release()
    with read_only(quiet):
        hold_lease()
        jobs.report_incidents()
    assert len(slack.messages("C0PHONES")) == has_ended  # one that lives reports it itself


def test_who_cannot_take_a_lease_that_nobody_had_yet_reports_why(
    quiet: Services, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.detector.GRACE", timedelta())
    jobs = Jobs(quiet, lambda: None)
    with read_only(quiet):
        jobs.detector.guarded(jobs.hold_lease, lambda _: None)()
        jobs.report_incidents()
    assert "it is read-only" in str(slack.messages("C0PHONES")[0].content)
