"""When nobody listened is remembered over restarts, and told from when nothing happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from models import listening
from models.lease import LeaseHolder, LeaseLost
from models.listening_gap import ListeningGap
from pbx.reports import listening_times
from pbx.reports.listening_times import EVER, gaps_until, unrecorded
from pbx.reports.report import Span
from pbx.services import Services
from tests.factories import NOON, free_lease, holder_of, registered, store

KEEP = timedelta(days=90)
FIRST = datetime.fromtimestamp(NOON, UTC)


Note = Callable[..., None]


def after(**by: float) -> datetime:
    return FIRST + timedelta(**by)


@pytest.fixture
def note(quiet: Services, monkeypatch: pytest.MonkeyPatch) -> Note:
    """Notes, at a time, as the holder of the lease."""
    holder = holder_of(quiet)

    def note_at(at: datetime, by: LeaseHolder = holder, keep: timedelta = KEEP) -> None:
        monkeypatch.setattr(listening_times, "now", lambda: at)
        listening_times.note(by, keep)

    return note_at


def gaps(services: Services, at: datetime) -> list[Span]:
    with services.database.session() as session:
        return gaps_until(session, at)


def test_before_anybody_listened_nothing_is_known(quiet: Services, note: Note) -> None:
    assert gaps(quiet, FIRST) == [Span(EVER, FIRST)]
    note(FIRST)
    assert gaps(quiet, after(minutes=1)) == [Span(EVER, FIRST)]


def test_what_an_earlier_version_stored_is_known_from_its_first_event_on(quiet: Services, note: Note) -> None:
    store(quiet, registered("101", NOON - 86400))
    note(FIRST)
    assert gaps(quiet, FIRST) == [Span(EVER, after(days=-1))]


def test_notes_every_minute_leave_no_gap_and_a_restart_of_seconds_neither(
    quiet: Services, note: Note
) -> None:
    for minute in (0, 1, 2, 4):
        note(after(minutes=minute))
    assert gaps(quiet, after(minutes=5)) == [Span(EVER, FIRST)]


def test_a_time_without_a_listener_is_a_gap_whoever_listens_next(quiet: Services, note: Note) -> None:
    note(FIRST)
    assert gaps(quiet, after(hours=2))[1:] == [Span(FIRST, after(hours=2))]
    free_lease(quiet)
    other = holder_of(quiet)
    note(after(hours=2), other)
    note(after(hours=2, minutes=1), other)
    assert gaps(quiet, after(hours=2, minutes=1))[1:] == [Span(FIRST, after(hours=2))]


def test_who_has_lost_the_lease_notes_nothing(quiet: Services, note: Note) -> None:
    note(FIRST)
    free_lease(quiet)
    with pytest.raises(LeaseLost):
        note(after(hours=1))
    assert gaps(quiet, after(hours=1))[1:] == [Span(FIRST, after(hours=1))]


def test_gaps_are_forgotten_with_the_events(quiet: Services, note: Note) -> None:
    for hours in (0, 2, 4):
        note(after(hours=hours), keep=timedelta(hours=1))
    with quiet.database.session() as session:
        assert len(listening.spans(session)) == 1


def test_a_clock_that_was_put_back_makes_no_gap(quiet: Services, note: Note) -> None:
    note(FIRST)
    note(after(hours=-1))
    assert gaps(quiet, after(minutes=-59)) == [Span(EVER, after(hours=-1))]


def test_a_moment_of_a_clock_that_is_ahead_is_no_gap_until_then(quiet: Services, note: Note) -> None:
    note(FIRST)
    note(after(days=1500), keep=timedelta(days=9000))
    for minute in (1, 2, 3):
        note(after(minutes=minute))
    assert gaps(quiet, after(minutes=4)) == [Span(EVER, FIRST)]


def test_a_time_of_which_asterisk_has_records_is_known(quiet: Services) -> None:
    gap = Span(after(hours=1), after(hours=2))
    exact = ListeningGap(
        since=after(hours=1, seconds=30), until=after(hours=2, seconds=-30), after_event=0, going_on=[],
        unfinished=[], look_at=FIRST,
    )  # fmt: skip
    with quiet.database.session() as session:
        assert unrecorded(session, [gap]) == [gap]
        session.add(exact)
        session.flush()
        assert unrecorded(session, [gap]) == [gap]  # they are not read yet
        exact.filled_at = after(hours=3)
        session.flush()
        assert unrecorded(session, [gap, Span(EVER, FIRST)]) == [Span(EVER, FIRST)]
        exact.problem = "they may not be read"
        session.flush()
        assert unrecorded(session, [gap]) == [gap]
