"""An incident is reported once, and once more when it is resolved, however it flaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.alerts.incident_states import IncidentChange, Observation, recovery_time, transition
from models.incident import Incident
from tests.factories import NOON, at_time

AWAY = Observation("asterisk", timedelta(seconds=15), {"": "Asterisk closed the connection"})
BACK = replace(AWAY, details=None)
AT_ONCE = replace(AWAY, grace=timedelta())


class Clock:
    """Observes one subject every few seconds."""

    def __init__(self) -> None:
        self.row = Incident(subject="asterisk")
        self.at = 0

    def see(self, seen: Observation, seconds: int) -> list[IncidentChange]:
        """Return what is reported when this is observed for so long."""
        changes = []
        for second in range(self.at, self.at + seconds, 5):
            self.row, change = transition(self.row, seen, at_time(NOON + second))
            changes += [change] if change else []
        self.at += seconds
        return changes


def test_a_blip_is_not_reported() -> None:
    clock = Clock()
    assert clock.see(AWAY, 14) + clock.see(BACK, 100) + clock.see(AWAY, 14) + clock.see(BACK, 9) == []


def test_an_incident_is_reported_once_and_once_more_when_it_is_resolved() -> None:
    clock = Clock()
    assert clock.see(BACK, 100) == []
    assert clock.see(AWAY, 9000) == ["opened"]
    assert clock.see(BACK, 9000) == ["resolved"]
    assert clock.see(AWAY, 20) + clock.see(BACK, 1) == ["opened", "resolved"]


def test_an_incident_counts_from_when_it_began_where_that_is_known() -> None:
    began = at_time(NOON - 12)
    row, change = transition(Incident(subject="asterisk"), replace(AWAY, since=began), at_time())
    assert (row.since, change) == (began, None)
    row, change = transition(row, replace(AWAY, since=began), at_time(NOON + 5))
    assert (row.since, change) == (began, "opened")


def test_an_incident_that_comes_and_goes_for_hours_is_a_handful_of_messages_and_the_last_is_true() -> None:
    clock = Clock()
    changes = [change for _ in range(180) for change in clock.see(AWAY, 40) + clock.see(BACK, 80)]
    assert len(changes) <= 8
    assert changes[-1] == "opened"
    assert clock.see(BACK, 3600) == ["resolved"]


def test_more_of_the_same_is_reported_again_but_not_at_once() -> None:
    clock = Clock()
    one, two = (dict.fromkeys(numbers, "Alice") for numbers in (["101"], ["101", "102"]))
    stuck = Observation("not_live", timedelta(), one)
    assert clock.see(stuck, 60) == ["opened"]
    assert clock.see(replace(stuck, details=two), 400) == ["opened"]
    assert clock.see(stuck, 400) == []


def test_a_clock_that_is_set_back_silences_nothing() -> None:
    clock = Clock()
    clock.see(AWAY, 5)
    clock.at -= 86400
    assert clock.see(AWAY, 30) == ["opened"]


def test_a_recurring_incident_must_be_gone_for_longer_each_time_up_to_ten_minutes() -> None:
    minutes = [
        recovery_time(occurrences) / timedelta(minutes=1) for occurrences in (0, 1, 2, 3, 4, 5, 6, 10**6)
    ]
    assert minutes == [0, 0, 1, 2, 4, 8, 10, 10]
