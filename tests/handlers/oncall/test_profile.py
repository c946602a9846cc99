"""Ours and theirs."""

from __future__ import annotations

import pytest

from handlers.oncall.profile import EMPTY, Status, on_a_call

AT = 1_800_000_000


def test_ours_says_that_somebody_is_on_a_call_and_never_with_whom() -> None:
    assert on_a_call(AT).fields() == {
        "status_text": "On a call",
        "status_emoji": ":telephone_receiver:",
        "status_expiration": AT,
    }
    assert EMPTY.fields() == {"status_text": "", "status_emoji": "", "status_expiration": 0}


@pytest.mark.parametrize("profile", [{}, {"status_text": None, "status_emoji": ""}, EMPTY.fields()])
def test_no_status_is_empty(profile: dict[str, object]) -> None:
    assert Status.of(profile) == EMPTY
    assert Status.of(profile).is_empty


@pytest.mark.parametrize("profile", [{"status_text": "Lunch"}, {"status_emoji": ":palm_tree:"}])
def test_a_text_or_an_emoji_is_a_status(profile: dict[str, object]) -> None:
    assert not Status.of(profile).is_empty


@pytest.mark.parametrize(
    ("status", "is_ours"),
    [
        (on_a_call(AT), True),
        (on_a_call(AT + 59), True),
        (on_a_call(AT - 59), True),
        (on_a_call(AT - 600), True),  # the one before
        (on_a_call(AT + 60), False),
        (on_a_call(0), False),
        (Status("On a call", ":phone:", AT), False),
        (Status("On a call with Bob", ":telephone_receiver:", AT), False),
        (EMPTY, False),
    ],
)
def test_ours_is_known_by_its_words_and_its_expiration(status: Status, is_ours: bool) -> None:
    assert status.is_ours([AT - 600, AT]) is is_ours
    assert not status.is_ours([])
