"""What an event changes of an employee's row."""

from __future__ import annotations

import time

import pytest

from handlers.onboarding import records


@pytest.mark.parametrize(("zone", "ahead"), [("Pacific/Kiritimati", True), ("Etc/GMT+12", False)])
def test_the_day_begins_by_the_clock_of_the_server(
    zone: str, ahead: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """26 hours lie between the two: there, it is never the same day."""
    here = {}
    for name in (zone, "Etc/GMT+12" if ahead else "Pacific/Kiritimati"):
        monkeypatch.setenv("TZ", name)
        time.tzset()
        here[name] = records.today()
    monkeypatch.undo()
    time.tzset()
    first, second = here.values()
    assert (first > second) is ahead
