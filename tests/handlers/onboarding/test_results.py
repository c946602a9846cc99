"""What became of an event, in words that are so when they are read."""

from __future__ import annotations

import pytest

from handlers.onboarding.results import Result, is_settled, words_now
from models.extension import Extension, State

LOCKED = Result("extension 101 is locked out", "extension 101 is to be locked out", 7, locks=True)
MADE = Result("extension 101", "extension 101 is to be made", 7)


def extension(state: State, *, enabled: bool = False, reason: str | None = None) -> Extension:
    row = Extension(number="101", name="Alice", encrypted_secret="", state=state, reason=reason)
    row.enabled = enabled
    return row


@pytest.mark.parametrize(
    ("result", "row", "words", "settled"),
    [
        (Result("noted"), None, "noted", True),
        (MADE, None, "extension 101; deleted since", True),
        (MADE, extension(State.LIVE, enabled=True), "extension 101", True),
        (LOCKED, extension(State.LIVE), "extension 101 is locked out", True),
        (
            LOCKED,
            extension(State.LIVE, enabled=True),
            "extension 101 was to be locked out, and was let in again by hand",
            True,
        ),
        (MADE, extension(State.DELETING), "extension 101 is to be made; it is being deleted", False),
        (
            MADE,
            extension(State.FAILED, reason="no such transport"),
            "extension 101 is to be made, but Asterisk refuses: no such transport",
            False,
        ),
        (MADE, extension(State.PENDING), "extension 101 is to be made", False),
        (MADE, extension(State.PENDING, reason="away"), "extension 101 is to be made: away", False),
    ],
)
def test_the_words_follow_the_extension(
    result: Result, row: Extension | None, words: str, settled: bool
) -> None:
    assert (words_now(result, row), is_settled(result, row)) == (words, settled)


def test_a_result_survives_the_database() -> None:
    assert Result(**LOCKED.as_json()) == LOCKED
