"""The time zone of this machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pbx.cdr import sources


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as environment:
        environment.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("shown", "hours"),
    [
        ("2026-10-25 01:59", (2,)),
        ("2026-10-25 02:20", (2, 1)),
        ("2026-10-25 03:00", (1,)),
        ("2026-03-29 03:00", (2,)),
    ],
)
def test_an_hour_that_comes_twice_has_two_offsets(shown: str, hours: tuple[int, ...]) -> None:
    at = datetime.fromisoformat(shown).replace(tzinfo=UTC).timestamp()
    assert sources.local_offsets(at) == tuple(each * 3600.0 for each in hours)
