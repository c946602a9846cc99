"""What an admin chooses, as a button carries it."""

from __future__ import annotations

import pytest

from handlers.onboarding import choices
from models.extension import Extension

CHOSEN = [
    Extension(id=5, number="101", name="Alice", revision=3, encrypted_secret=""),
    Extension(id=7, number="102", name="Bob", revision=1, encrypted_secret=""),
]


def test_extensions_are_chosen_by_id_and_revision() -> None:
    text = choices.encode(CHOSEN)
    assert text == "theirs:5@3,7@1"
    assert choices.PATTERN.fullmatch(text)
    assert choices.revisions(text) == {5: 3, 7: 1}
    assert choices.names_extensions(text)


def test_a_new_one_names_none() -> None:
    assert choices.PATTERN.fullmatch(choices.NEW)
    assert choices.revisions(choices.NEW) == {}
    assert not choices.names_extensions(choices.NEW)
    assert not choices.names_extensions(None)


@pytest.mark.parametrize(
    "text", ["", "theirs:", "theirs:5", "theirs:5@", "theirs:5@3,", "newer", "theirs:٣@1"]
)
def test_anything_else_is_no_choice(text: str) -> None:
    assert not choices.PATTERN.fullmatch(text)
