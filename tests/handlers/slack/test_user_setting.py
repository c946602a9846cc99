"""Whose extension it is, as `set` is told."""

from __future__ import annotations

import pytest

from handlers.slack import command_text
from handlers.subcommands import SUBCOMMANDS
from pbx.errors import Refusal


def changed(text: str) -> dict[str, object]:
    words = command_text.split(text)
    return command_text.changes(command_text.arguments(words, known=SUBCOMMANDS["set"].settings)).given()


def test_nothing_behind_it_is_nobody_and_a_mention_somebody() -> None:
    assert changed("101 user=") == {"slack_user_id": None}
    assert changed("101 User= name=Bob") == {"slack_user_id": None, "name": "Bob"}
    assert changed("101 <@U0BOB|bob>") == {"slack_user_id": "U0BOB"}


@pytest.mark.parametrize("text", ["101 user=bob", "101 user=<@U0BOB|bob>", "101 user= <@U0BOB|bob>"])
def test_anything_behind_it_is_refused_with_both_ways(text: str) -> None:
    with pytest.raises(Refusal, match=r"^to .*/ext set 101 user=\. .*/ext set 101 @bob"):
        changed(text)


def test_the_example_has_the_number_that_was_typed() -> None:
    with pytest.raises(Refusal, match=r"/ext set 102 user=\. .*/ext set 102 @bob"):
        changed("102 user=bob")


def test_it_is_listed_apart_from_the_settings_that_take_a_value() -> None:
    with pytest.raises(
        Refusal, match=r"email, notes\. @user says whose it is, and user= that it is nobody's$"
    ):
        changed("102 owner=<@U0BOB|bob>")


def test_it_is_no_setting_of_a_new_extension() -> None:
    with pytest.raises(Refusal, match="there is no setting “user”"):
        command_text.arguments(["101", "Alice", "user="])
