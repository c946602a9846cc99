"""Calls of a time when nobody listened are found by Asterisk's clock, whatever ours shows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from models import listening_gap
from models.lease import LeaseHolder
from models.listening_gap import ListeningGap
from models.types import now
from pbx import backfill
from pbx.backfill import WRITTEN_WITHIN
from pbx.services import Services
from tests.pbx import gap_driver
from tests.pbx.gap_driver import ago, begin_gap, events, follow, gap_of, record
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
    assert abs(ago(ended.at) - 300) < 5


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


@pytest.mark.parametrize(("then", "ahead"), [(65.0, 64.9), (64.9, 65.0), (0.0, 15.0), (0.0, -15.0)])
def test_what_asterisk_writes_a_moment_later_is_waited_for_whatever_its_clock_shows(
    services: Services, holder: LeaseHolder, folder: Path, pbx: ScriptedPbx, then: float, ahead: float
) -> None:
    """An answer takes longer than another one, or that clock was set since."""
    begin_gap(services, holder, until=1, ahead=then)
    with holder.transaction() as session:
        listening_gap.note_followed(session, gap_of(services).until)
    pbx.clock_ahead = ahead
    assert backfill.fill(services, holder)
    assert gap_of(services).filled_at is None
    record(folder, ended=300 - then)
    follow(holder, behind=-WRITTEN_WITHIN.total_seconds())
    with holder.transaction() as session:
        session.exec(select(ListeningGap)).one().look_at = now()
    assert backfill.fill(services, holder)
    assert len(events(services)) == 1
