"""What admins read of a step says what is wanted, and then what came of it."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    ("news", "words"),
    [
        ({"decided_by": "U0ADA"}, "✅ Allowed · answered by <@U0ADA>"),
        ({"decided_by": "U0ADA", "is_over": True}, "✅ Done · answered by <@U0ADA>"),
        ({"decided_by": "U0ADA", "is_over": True, "error": "no"}, "❌ Not done: no · answered by <@U0ADA>"),
        ({"is_over": True, "error": "nobody"}, "❌ Not done: nobody"),
    ],
)
def test_then_it_says_what_came_of_it(news: dict[str, object], words: str) -> None:
    shown = asked().model_copy(update=news).render()
    assert [block["type"] for block in shown.blocks] == ["section", "context"]
    assert shown.blocks[1]["elements"][0]["text"] == words


def test_a_workflow_that_cannot_be_told_is_named_with_what_was_done() -> None:
    row = StepExecution(id=7, execution_id="Fx1", function=DISABLE, inputs=USER)
    done = StepUntold.of(row, reason="access_denied").render()
    assert "It wanted to disable the phone of <@U0ALICE01>, and it was done" in done.text
    assert "access_denied" in str(done.blocks)
    failed = StepUntold.of(row, reason="access_denied", error="they have none").render()
    assert "and it was not done: they have none" in failed.text
