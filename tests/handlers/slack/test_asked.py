"""A request in the words of who made it."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.slack.asked import answer_to


def said(payload: dict[str, Any]) -> str:
    return answer_to(payload).partition(", ")[0]


def typed(text: str) -> str:
    return said({"command": "/ext", "text": text})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("create 101 Alice", "/ext create 101 Alice"),
        ("", "/ext"),
        ("set 101 name = “Alice B” codecs=ulaw, alaw", "/ext set 101 name=“Alice B” codecs=ulaw,alaw"),
        ("create 101 Bob <@U0BOB|bob>", "/ext create 101 Bob @bob"),
        ("create 101 Bob <@U0BOB>", "/ext create 101 Bob @U0BOB"),
        ("list &lt;b&gt; `x`", "/ext list &lt;b&gt; ˋxˋ"),
        ("nat set media=203.0.113.7", "/ext nat set media=203.0.113.7"),
    ],
)
def test_a_command_is_shown_as_it_was_typed(text: str, shown: str) -> None:
    assert typed(text) == f"Answer to `{shown}`"


@pytest.mark.parametrize(
    "text",
    [
        "create 101 Alice secret=hunter22",
        "set 101 SECRET=hunter22",
        "set 101 secret = “hunter22 and more”",
        "set 101 secert=hunter22",
        "set 101\tsecret=hunter22",
        "secret 101 hunter22",
        "create 150 Bob password hunter22",
        "set 101 secret:hunter22",
        "set 101 secret=‘hun hunter22’",
        "set 101 name=secret=hunter22",
    ],
)
def test_a_password_that_was_typed_is_not_shown(text: str) -> None:
    assert "hunter22" not in typed(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("secret 101", "secret 101"),
        ("create 101 Alice secret=hunter22", "create 101 secret=… …"),
        ("set 101 secret=hunter22", "set 101 secret=…"),
        ("secret 101 hunter22", "secret 101 …"),
    ],
)
def test_around_a_password_only_what_is_known_is_shown(text: str, shown: str) -> None:
    assert typed(text) == f"Answer to `/ext {shown}`"


def test_what_is_long_is_shortened() -> None:
    assert len(typed("list " + "x" * 3000)) < 300


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ({"actions": [{"text": {"text": "New *password*"}}]}, "the button “New ∗password∗”"),
        ({"actions": [{"selected_user": "U0BOB"}]}, "your choice"),
        ({"view": {"title": {"text": "New extension"}}}, "the window “New extension”"),
        ({"view": {}}, "the window “Phones”"),
    ],
)
def test_a_press_and_a_window_are_named(payload: dict[str, Any], shown: str) -> None:
    assert said(payload) == f"Answer to {shown}"
