"""Inputs of steps are read as strictly as what people type."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.steps import functions
from handlers.steps.functions import CREATE, DISABLE, LOOK_UP
from pbx.errors import Refusal

ALICE = {"name": "Alice", "user": "U0ALICE01"}


def test_what_is_to_be_created_is_read() -> None:
    new = functions.new_extension(ALICE | {"number": " 101 ", "email": "alice@example.com"})
    assert (new.number, new.name, new.email, new.slack_user_id) == (
        "101", "Alice", "alice@example.com", "U0ALICE01",
    )  # fmt: skip


@pytest.mark.parametrize("empty", [{}, {"number": "", "email": None}])
def test_what_is_left_out_is_not_set(empty: dict[str, Any]) -> None:
    new = functions.new_extension(ALICE | empty)
    assert set(new.given()) == {"name", "slack_user_id"}


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"name": "Alice"}, "the step names no person"),
        (ALICE | {"user": "<!channel>"}, "“Person”: a Slack user "),
        (ALICE | {"number": "1"}, "“Extension”: an extension number is 2 to 20 digits"),
        (ALICE | {"email": "nobody"}, "“E-mail address”: that is no e-mail address"),
        ({"user": "U0ALICE01"}, "“Name”: a name is 1 to 80 characters"),
        (ALICE | {"name": {"a": 1}}, "“Name” is no text"),
        (ALICE | {"name": True}, "“Name” is no text"),
        (ALICE | {"number": 101}, "“Extension” is no text"),
    ],
)
def test_what_cannot_be_created_is_refused_in_words(inputs: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal) as caught:
        functions.check(CREATE, inputs)
    assert words in str(caught.value)


@pytest.mark.parametrize("function", [DISABLE, LOOK_UP])
def test_the_others_need_a_person(function: str) -> None:
    functions.check(function, {"user": "U0ALICE01"})
    with pytest.raises(Refusal, match="names no person"):
        functions.check(function, {})
    assert functions.user_of({"user": "U0ALICE01"}) == "U0ALICE01"


def test_the_manifest_names_each_parameter() -> None:
    made = functions.FUNCTIONS[LOOK_UP].as_manifest()
    assert (made["title"], set(made)) == (
        "Look up a person's extension", {"title", "description", "input_parameters", "output_parameters"},
    )  # fmt: skip
    assert made["input_parameters"]["user"] == {
        "name": "user",
        "type": "slack#/types/user_id",
        "title": "Person",
        "description": "Whose phone it is",
        "is_required": True,
    }


def test_only_looking_up_changes_nothing() -> None:
    assert {name: each.changes for name, each in functions.FUNCTIONS.items()} == {
        CREATE: True,
        DISABLE: True,
        LOOK_UP: False,
    }
