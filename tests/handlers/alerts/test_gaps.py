"""What is told of a time in which nobody listened, and where."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import col, select

from handlers.alerts import gaps
from models.lease import LeaseHolder
from models.outbox import OutboxMessage
from pbx import backfill
from pbx.services import Services
from tests.pbx import gap_driver
from tests.pbx.gap_driver import begin_gap, record
from tests.pbx.scripted_pbx import ScriptedPbx

pbx, folder, services, holder = gap_driver.pbx, gap_driver.folder, gap_driver.services, gap_driver.holder


def told(services: Services, holder: LeaseHolder) -> list[dict[str, object]]:
    """Return the contents of what the alert channel is told."""
    settings = services.settings.model_copy(update={"alert_channel": "C0ALERTS"})
    assert gaps.tell(Services(settings, services.database, services.cipher), holder)
    with services.database.session() as session:
        return [row.content for row in session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id)))]


def test_calls_that_were_recorded_before_it_was_switched_off_are_told_beside_what_is_wrong(
    services: Services, holder: LeaseHolder, folder: Path, pbx: ScriptedPbx
) -> None:
    pbx.records = "No"
    record(folder, ended=300)
    begin_gap(services, holder)
    assert backfill.fill(services, holder)
    problem, calls = told(services, holder)
    assert (problem["kind"], problem["is_some_known"]) == ("nothing_known", True)
    assert (calls["kind"], calls["count"]) == ("while_away", 1)


def test_calls_of_a_short_time_are_not_told_as_if_they_were_all(
    services: Services, holder: LeaseHolder, folder: Path, pbx: ScriptedPbx
) -> None:
    pbx.records = "No"
    record(folder, ended=80)
    begin_gap(services, holder, since=90)
    assert backfill.fill(services, holder)
    assert [each["kind"] for each in told(services, holder)] == ["nothing_known", "while_away"]


def test_without_calls_nothing_is_known_and_of_a_short_time_nothing_said(
    services: Services, holder: LeaseHolder, pbx: ScriptedPbx
) -> None:
    pbx.records = "No"
    begin_gap(services, holder, since=90)
    assert backfill.fill(services, holder)
    assert told(services, holder) == []
    begin_gap(services, holder)
    assert backfill.fill(services, holder)
    (problem,) = told(services, holder)
    assert not problem.get("is_some_known")
