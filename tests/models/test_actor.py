"""Who did something, as it is kept and read back."""

from __future__ import annotations

import pytest

from models.actor import SWITCHHOOK, Actor


@pytest.mark.parametrize(
    ("actor", "text"),
    [
        (Actor.slack("U0123456"), "slack:U0123456"),
        (Actor.hr("bamboohr"), "hr:bamboohr"),
        (Actor("cli", "a:b"), "cli:a:b"),
        (SWITCHHOOK, "switchhook"),
    ],
)
def test_an_actor_comes_back_from_its_text(actor: Actor, text: str) -> None:
    assert str(actor) == text
    assert Actor.parse(text) == actor
