"""Pauses between tries, and the readings of Retry-After."""

from __future__ import annotations

import pytest

from handlers.retry import backoff, jitter, retry_after


def test_pauses_double_up_to_the_longest() -> None:
    assert [backoff(failures, 30) for failures in (1, 2, 3, 5, 6, 1024, 5000)] == [1, 2, 4, 16, 30, 30, 30]


def test_first_pause_and_factor_can_be_chosen() -> None:
    assert [backoff(failures, first=2, factor=4) for failures in (1, 2, 3)] == [2, 8, 32]


def test_jitter_shortens_by_up_to_half() -> None:
    pauses = [jitter(60) for _ in range(200)]
    assert 30 <= min(pauses) < max(pauses) <= 60


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("0", 0), ("120", 120), ("999999", 999999), ("1000000", 999999), ("999999999", 999999)]
    + [
        (other, 7)
        for other in ("", "soon", "-5", "1.5", "1234567890", "٣", "30\n", "Wed, 21 Oct 2026 07:28:00 GMT")
    ],
)
def test_retry_after_is_whole_seconds_or_the_default(given: str, seconds: float) -> None:
    assert retry_after({"Retry-After": given}, default=7) == seconds


def test_without_retry_after_the_default_counts() -> None:
    assert retry_after({}, default=7) == 7
