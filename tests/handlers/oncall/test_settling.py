"""What lasts long enough to count."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from handlers.oncall import settling
from handlers.oncall.settling import SILENT_SECONDS, TALKS_SECONDS, Settling


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Its `seconds` are what the monotonic clock shows."""
    moment = SimpleNamespace(seconds=1000.0)
    monkeypatch.setattr(settling, "time", SimpleNamespace(monotonic=lambda: moment.seconds))
    return moment


def test_a_call_of_a_moment_changes_nothing(clock: SimpleNamespace) -> None:
    state = Settling()
    assert state.settled("U1", True) is None
    clock.seconds += TALKS_SECONDS - 0.1
    assert state.settled("U1", True) is None
    assert state.settled("U1", False) is None
    clock.seconds += SILENT_SECONDS
    assert state.settled("U1", False) is False


def test_calls_right_after_each_other_are_one(clock: SimpleNamespace) -> None:
    state = Settling()
    state.settled("U1", True)
    clock.seconds += TALKS_SECONDS
    assert state.settled("U1", True) is True
    assert state.settled("U1", False) is None
    clock.seconds += SILENT_SECONDS - 0.1
    assert state.settled("U1", True) is None


def test_who_is_seen_for_the_first_time_and_is_silent_is_not_waited_for(clock: SimpleNamespace) -> None:
    state = Settling()
    assert state.settled("U1", False) is False
    assert state.settled("U1", True) is None
    state.keep_only({"U2"})
    assert state.settled("U1", False) is False
