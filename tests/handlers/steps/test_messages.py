"""What admins read of a step says what is wanted, and then what came of it."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.slack.done import Done
from handlers.steps.functions import CREATE, DISABLE, LOOK_UP
from handlers.steps.messages import StepAsked, StepUntold
from models.step_execution import StepExecution

USER = {"user": "U0ALICE01"}


def asked(function: str = DISABLE, **inputs: str) -> StepAsked:
    return StepAsked.of(StepExecution(id=7, execution_id="Fx1", function=function, inputs=USER | inputs))


@pytest.mark.parametrize(
    ("content", "wish"),
    [
        (asked(), "disable the phone of <@U0ALICE01>"),
        (asked(LOOK_UP), "look up the extension of <@U0ALICE01>"),
        (asked(CREATE, name="Alice"), "create extension “Alice” for <@U0ALICE01>"),
        (asked(CREATE, name="Alice", number="101"), "create extension 101 “Alice” for <@U0ALICE01>"),
        (
            asked(CREATE, name="Al", email="al@example.com"),
            "create extension “Al” for <@U0ALICE01>, whose e-mail address is al@example.com",
        ),
    ],
)
def test_it_says_what_a_workflow_wants(content: StepAsked, wish: str) -> None:
    assert content.render().text == f"🧩 *A workflow wants to {wish}*"


def test_only_known_inputs_are_kept() -> None:
    assert asked(other="x").inputs == USER


def test_it_has_buttons_until_somebody_has_decided() -> None:
    (*_, actions) = asked().render().blocks
    assert [(each["text"]["text"], each["value"]) for each in actions["elements"]] == [
        ("Allow", "7"),
        ("Refuse", "7"),
    ]


def test_then_it_says_who_and_at_last_what_came_of_it() -> None:
    ada = Done(by="U0ADA", what="allowed")
    allowed = asked().model_copy(update={"done": ada})
    assert [_words(each) for each in allowed.as_posted().blocks[1:]] == ["✅ Done by <@U0ADA>: allowed"]
    over = allowed.model_copy(update={"outcome": "Carried out"})
    assert [_words(each) for each in over.as_posted().blocks[1:]] == [
        "Carried out",
        "✅ Done by <@U0ADA>: allowed",
    ]
    nobody = asked().model_copy(update={"outcome": "❌ Not done: nobody"})
    assert [_words(each) for each in nobody.as_posted().blocks[1:]] == ["❌ Not done: nobody"]


def _words(block: dict[str, Any]) -> str:
    return str(block["elements"][0]["text"])


def test_a_workflow_that_cannot_be_told_is_named_with_what_was_done() -> None:
    row = StepExecution(id=7, execution_id="Fx1", function=DISABLE, inputs=USER)
    done = StepUntold.of(row, reason="access_denied").render()
    assert "It wanted to disable the phone of <@U0ALICE01>, and it was done" in done.text
    assert "access_denied" in str(done.blocks)
    failed = StepUntold.of(row, reason="access_denied", error="they have none").render()
    assert "and it was not done: they have none" in failed.text
