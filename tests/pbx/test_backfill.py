"""Calls of times when nobody listened become events once, whatever happens in between."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from models import listening_gap
from models.event import EventKind
from models.lease import LISTENER_LEASE, LeaseHolder
from models.types import now
from pbx import backfill
from pbx.cdr import grouping
from pbx.fact_store import FactStore
from pbx.services import Services
from tests.pbx import gap_driver
from tests.pbx.gap_driver import ago, begin_gap, events, follow, gap_of, record, ringing, store, unseen
from tests.pbx.scripted_pbx import ScriptedPbx

pbx, folder, services, holder = gap_driver.pbx, gap_driver.folder, gap_driver.services, gap_driver.holder


def test_a_call_of_that_time_is_stored_with_its_own_times(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    linkedid = record(folder, ended=300)
    begin_gap(services, holder)
    assert backfill.fill(services, holder)
    assert not backfill.fill(services, holder)
    assert [row.kind.value for kind in EventKind for row in events(services, kind)] == [
        "ringing",
        "answered",
        "ended",
    ]
    (ended,) = events(services)
    assert (ended.linkedid, ended.talked, ended.backfilled, ended.gap) == (
        linkedid,
        5.0,
        True,
        gap_of(services).id,
    )
    assert abs(ago(ended.at) - 300) < 5
    assert gap_of(services).problem == ""


def test_it_is_stored_once_however_often_it_is_looked_for(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    record(folder, ended=300)
    for _ in range(3):  # a process that died before it could note that it was done
        begin_gap(services, holder)
        assert backfill.fill(services, holder)
    assert len(events(services)) == 1


def test_calls_that_the_listener_told_of_are_not_told_again(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    before, after = record(folder, ended=605, number=1), record(folder, ended=55, number=2)
    store(holder, unseen(before))
    begin_gap(services, holder)
    store(holder, ringing(after, 58))
    backfill.fill(services, holder)
    assert [row.linkedid for row in events(services)] == [before]


def test_calls_that_the_listener_has_heard_and_not_stored_yet_are_left_to_it(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    begun = record(folder, ended=55)  # in the second in which it began to follow
    begin_gap(services, holder)
    follow(holder, behind=58)
    assert backfill.fill(services, holder)
    assert events(services) == []
    store(holder, ringing(begun, 60), unseen(begun))
    follow(holder)
    assert backfill.fill(services, holder)
    assert [row.linkedid for row in events(services)] == [begun]
    assert gap_of(services).filled_at


def without_ids(folder: Path) -> None:
    """Have Asterisk write none."""
    file = folder / "Master.csv"
    file.write_text(re.sub(r',"\d+\.1",""', "", file.read_text()))


@pytest.mark.parametrize("has_ids", [True, False])
def test_a_call_whose_channels_had_the_names_of_those_that_are_up_is_told(
    services: Services, holder: LeaseHolder, folder: Path, *, has_ids: bool
) -> None:
    """Asterisk was restarted meanwhile, and counts its channels from 0 again."""
    record(folder, ended=300)
    if not has_ids:
        without_ids(folder)
    up = {"Linkedid": f"{int(now().timestamp()) - 70}.0", "Channel": "PJSIP/101-00000001"}
    begin_gap(services, holder, going_on=up)
    backfill.fill(services, holder)
    assert len(events(services)) == 1


@pytest.mark.parametrize("has_ids", [True, False])
def test_a_part_of_a_call_that_goes_on_is_none(
    services: Services, holder: LeaseHolder, folder: Path, *, has_ids: bool
) -> None:
    linkedid = record(folder, ended=300)
    if not has_ids:
        without_ids(folder)
    begin_gap(services, holder, going_on={"Linkedid": linkedid, "Channel": "PJSIP/101-00000001"})
    backfill.fill(services, holder)
    assert events(services) == []


def test_calls_long_before_or_after_are_none_of_that_time(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    record(folder, ended=700, number=1)
    record(folder, ended=10, number=2)
    begin_gap(services, holder)
    backfill.fill(services, holder)
    assert events(services) == []


def test_a_call_from_before_has_its_real_end(services: Services, holder: LeaseHolder, folder: Path) -> None:
    linkedid = record(folder, ended=300)
    store(holder, ringing(linkedid, 305))
    begin_gap(services, holder, ended=[unseen(linkedid)])
    assert events(services) == []
    backfill.fill(services, holder)
    (ended,) = events(services)
    assert (ended.reason, ended.talked) == ("answered", 5.0)
    assert len(events(services, EventKind.RINGING)) == 1


def test_a_call_from_before_that_no_record_tells_of_has_ended_all_the_same(
    services: Services, holder: LeaseHolder
) -> None:
    store(holder, ringing("17.1", 605))
    begin_gap(services, holder, ended=[unseen("17.1")])
    backfill.fill(services, holder)
    (ended,) = events(services)
    assert (ended.linkedid, ended.backfilled, ended.gap) == ("17.1", True, None)
    assert (ended.at, ended.talked) == (gap_of(services).until, None)  # nobody knows when it ended


def test_without_records_it_is_noted_why(services: Services, holder: LeaseHolder, folder: Path) -> None:
    folder.rmdir()
    store(holder, ringing("17.1", 605))
    begin_gap(services, holder, ended=[unseen("17.1")])
    backfill.fill(services, holder)
    assert f"{folder} is not there" in gap_of(services).problem
    assert len(events(services)) == 1


def test_what_was_recorded_before_it_was_switched_off_is_told_and_that_more_may_be_missing(
    services: Services, holder: LeaseHolder, folder: Path, pbx: ScriptedPbx
) -> None:
    pbx.records = "No"
    linkedid = record(folder, ended=300)
    begin_gap(services, holder)
    backfill.fill(services, holder)
    assert [row.linkedid for row in events(services)] == [linkedid]
    assert gap_of(services).problem.startswith("Asterisk records no calls")


def test_of_more_than_can_be_read_the_part_that_was_read_is_told_and_that_more_may_be_missing(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    record(folder, ended=400, number=1)
    with (folder / "Master.csv").open("r+") as file:
        file.truncate(100 << 20)  # one long line
        file.seek(0, os.SEEK_END)
        file.write("\n")
    linkedid = record(folder, ended=300, number=2)
    begin_gap(services, holder)
    assert backfill.fill(services, holder)
    assert [row.linkedid for row in events(services)] == [linkedid]
    assert gap_of(services).problem.startswith(f"only the last 64 MB of {folder}/Master.csv were read")


@pytest.mark.parametrize("is_there", [True, False])
def test_records_that_lack_what_was_heard_before_are_known_to_lack_more(
    services: Services, holder: LeaseHolder, folder: Path, *, is_there: bool
) -> None:
    """Somebody has emptied the file, or moved it away."""
    linkedid = record(folder, ended=605)
    store(holder, replace(unseen(linkedid), at=now().timestamp() - 605, disposition="answered"))
    if not is_there:
        (folder / "Master.csv").write_text("")
    begin_gap(services, holder)
    backfill.fill(services, holder)
    assert ("does not have the last answered call" in gap_of(services).problem) is not is_there


def test_whatever_keeps_records_from_being_read_later_times_do_not_wait_for_it(
    services: Services, holder: LeaseHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(grouping, "calls", broken)
    begin_gap(services, holder)
    assert backfill.fill(services, holder)
    assert "cannot be read (RecursionError)" in gap_of(services).problem
    assert not backfill.fill(services, holder)


def test_a_call_from_before_has_its_real_end_also_where_the_standby_is_connected_first(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    linkedid = record(folder, ended=40)
    store(holder, ringing(linkedid, 45))
    with holder.transaction() as session:
        listening_gap.note_followed(session, now() - timedelta(seconds=43))
    other = LeaseHolder(services.database, LISTENER_LEASE)
    facts = FactStore(services.database, other)
    at = now().timestamp() - 20
    facts.add(facts.following.begin(at, [], [unseen(linkedid)]), backfilled=True)
    holder.release()
    assert facts.take_over()
    facts.add(facts.following.resynced(now().timestamp(), [unseen(linkedid)]), backfilled=True)
    facts.store()
    while backfill.fill(services, other):
        pass
    assert [(row.reason, row.talked) for row in events(services)] == [("answered", 5.0)]
