"""Calls of a time when nobody listened are found by Asterisk's clock, whatever ours shows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from models.lease import LeaseHolder
from models.listening_gap import ListeningGap
from models.types import now
from pbx import backfill
from pbx.services import Services
from tests.pbx import gap_driver
from tests.pbx.gap_driver import begin_gap, events, gap_of, record
from tests.pbx.scripted_pbx import ScriptedPbx

pbx, folder, services, holder = gap_driver.pbx, gap_driver.folder, gap_driver.services, gap_driver.holder


@pytest.mark.parametrize("ahead", [-3600, 65])
def test_calls_are_found_where_asterisk_runs_on_a_machine_with_another_clock(
    services: Services, holder: LeaseHolder, folder: Path, pbx: ScriptedPbx, ahead: int
) -> None:
    pbx.clock_ahead = ahead
    before, within = record(folder, ended=660 - ahead, number=1), record(folder, ended=300 - ahead, number=2)
    begin_gap(services, holder, ahead=ahead)
    assert backfill.fill(services, holder)
    (ended,) = events(services)
    assert ended.linkedid == within != before
    assert abs((now() - ended.at).total_seconds() - 300) < 5


@pytest.mark.parametrize("seconds", [165, 7200])
def test_calls_are_found_where_our_clock_was_set_back_after_somebody_listened_again(
    services: Services, holder: LeaseHolder, folder: Path, pbx: ScriptedPbx, seconds: int
) -> None:
    """Asterisk's clock shows, ever since, what ours showed then."""
    pbx.clock_ahead = seconds
    before, within = record(folder, 660 - seconds, number=1), record(folder, 300 - seconds, number=2)
    begin_gap(services, holder)
    with holder.transaction() as session:
        gap = session.exec(select(ListeningGap)).one()
        gap.since, gap.until, gap.look_at = (
            each + timedelta(seconds=seconds) for each in (gap.since, gap.until, gap.look_at)
        )
    assert gap_of(services).ahead == 0
    assert backfill.fill(services, holder)
    (ended,) = events(services)
    assert ended.linkedid == within != before
    assert gap_of(services).filled_at
