"""From when to when nobody listened, whatever clocks and databases do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import select

from models import listening_gap
from models.lease import LISTENER_LEASE, LeaseHolder, LeaseLost
from models.listening_gap import ListeningGap
from models.types import now
from pbx import backfill, gaps
from pbx.gaps import Following
from pbx.services import Services
from tests.pbx import gap_driver
from tests.pbx.gap_driver import begin_gap, events, gap_of, record

pbx, folder, services, holder = gap_driver.pbx, gap_driver.folder, gap_driver.services, gap_driver.holder


def test_records_are_looked_for_when_asterisk_has_written_them(
    services: Services, holder: LeaseHolder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "WRITTEN_WITHIN", timedelta(minutes=5))
    begin_gap(services, holder, until=0)
    assert backfill.fill(services, holder)
    assert gap_of(services).look_at == gap_of(services).until + backfill.WRITTEN_WITHIN
    assert not backfill.fill(services, holder)
    assert gap_of(services).filled_at is None


def test_a_clock_that_was_set_back_hides_no_calls(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    linkedid = record(folder, ended=300)
    begin_gap(services, holder, since=-3600)
    assert timedelta() < gap_of(services).until - gap_of(services).since < timedelta(hours=1)
    backfill.fill(services, holder)
    assert [row.linkedid for row in events(services)] == [linkedid]


def test_a_clock_that_was_wrong_by_years_makes_no_gap_of_years(
    services: Services, holder: LeaseHolder
) -> None:
    begin_gap(services, holder, since=50 * 365 * 86_400)
    assert gap_of(services).until - gap_of(services).since == gaps.LONGEST


def test_the_first_listener_ever_has_missed_nothing(services: Services, holder: LeaseHolder) -> None:
    Following(holder).begin(now().timestamp(), [], [])
    with services.database.session() as session:
        assert session.exec(select(ListeningGap)).all() == []
        assert listening_gap.followed_until(session) is not None


def test_who_followed_all_the_time_takes_over_without_a_gap(services: Services, holder: LeaseHolder) -> None:
    other = LeaseHolder(services.database, LISTENER_LEASE)
    standby = Following(other)
    standby.begin(now().timestamp() - 3600, [], [])
    with holder.transaction() as session:
        listening_gap.note_followed(session, now() - timedelta(seconds=1))
    holder.release()
    assert other.acquire()
    until = now()
    standby.heard(until.timestamp())
    with services.database.session() as session:
        assert session.exec(select(ListeningGap)).all() == []
        noted = listening_gap.followed_until(session)
        assert noted
        assert abs(until - noted) < timedelta(seconds=1)


def test_who_began_after_the_last_one_had_ended_takes_over_with_a_gap(
    services: Services, holder: LeaseHolder
) -> None:
    other = LeaseHolder(services.database, LISTENER_LEASE)
    standby, began = Following(other), now() - timedelta(seconds=30)
    with holder.transaction() as session:
        listening_gap.note_followed(session, now() - timedelta(seconds=90))
    standby.begin(began.timestamp(), [], [])
    holder.release()
    assert other.acquire()
    standby.heard(now().timestamp())
    assert abs(gap_of(services).until - began) < timedelta(seconds=1)


def test_who_began_shortly_before_the_last_one_ended_takes_over_with_a_gap(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    """Asterisk was behind: of a call that had ended before, the last one has not heard, and this one neither."""
    linkedid = record(folder, ended=14)
    other = LeaseHolder(services.database, LISTENER_LEASE)
    standby = Following(other)
    standby.begin(now().timestamp() - 12, [], [])
    with holder.transaction() as session:
        listening_gap.note_followed(session, now() - timedelta(seconds=9))
    holder.release()
    assert other.acquire()
    standby.heard(now().timestamp())
    assert backfill.fill(services, other)
    assert [row.linkedid for row in events(services)] == [linkedid]


def test_a_clock_that_is_set_back_while_somebody_follows_makes_no_gap(
    services: Services, holder: LeaseHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gaps, "NOTE_SECONDS", 0.0)
    following = Following(holder)
    following.begin(now().timestamp(), [], [])
    for seconds in (1, -7200, -7199):
        following.heard(now().timestamp() + seconds)
    with services.database.session() as session:
        assert session.exec(select(ListeningGap)).all() == []


def test_a_clock_that_is_set_back_while_somebody_stands_by_makes_no_gap(
    services: Services, holder: LeaseHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = LeaseHolder(services.database, LISTENER_LEASE)
    standby, back = Following(other), now() - timedelta(hours=2)
    standby.begin(now().timestamp() - 60, [], [])
    monkeypatch.setattr(gaps, "now", lambda: back)
    with holder.transaction() as session:
        listening_gap.note_followed(session, back - timedelta(seconds=1))
    holder.release()
    assert other.acquire()
    standby.heard(back.timestamp())
    with services.database.session() as session:
        assert session.exec(select(ListeningGap)).all() == []


def test_who_lost_the_lease_stores_nothing(services: Services, holder: LeaseHolder, folder: Path) -> None:
    record(folder, ended=300)
    begin_gap(services, holder)
    holder.release()
    with pytest.raises(LeaseLost):
        backfill.fill(services, holder)
    assert events(services) == []


def test_a_database_that_does_not_answer_is_asked_for_a_while(
    services: Services, holder: LeaseHolder
) -> None:
    away = Services(
        services.settings.model_copy(update={"cdr_database_url": SecretStr("sqlite:////nowhere/cdr.db")}),
        services.database,
        services.cipher,
    )
    begin_gap(away, holder, until=5)
    assert backfill.fill(away, holder)
    assert gap_of(services).filled_at is None
    with holder.transaction() as session:
        gap = session.exec(select(ListeningGap)).one()
        gap.until, gap.look_at = (datetime.now(UTC) - timedelta(minutes=2) for _ in range(2))
    assert backfill.fill(away, holder)
    assert "the calls in the database of CDR_DATABASE_URL cannot be read" in gap_of(services).problem
