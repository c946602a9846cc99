"""The daily message about drift."""

from __future__ import annotations

from handlers.alerts.drift_messages import DriftFound
from tests.handlers.rendering import EVIL, assert_harmless, seen


def test_the_first_are_listed_and_the_rest_counted() -> None:
    said = seen(DriftFound(lines=("101 was edited: /ext set 101", "150 lives"), count=7))
    assert "⚠️ 7 things differ on the phone system · from what the database says" in said
    assert "• 101 was edited: /ext set 101." in said
    assert "• 150 lives." in said
    assert "… and 5 more" in said
    assert said.endswith("[ Show all that differs now ]")


def test_one_is_one_thing() -> None:
    content = DriftFound(lines=("x",), count=1)
    assert "⚠️ 1 thing differs on" in seen(content)
    assert "`/ext drift` shows all" in content.render().text


def test_what_others_chose_is_shown_and_not_obeyed() -> None:
    assert_harmless(DriftFound(lines=(EVIL,), count=1))
