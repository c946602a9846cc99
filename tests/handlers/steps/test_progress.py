"""An execution is carried out once, only where the admins want it, and Slack hears what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import update

from handlers.slack.command_text import Arguments
from handlers.steps import command, progress, telling
from handlers.steps.functions import CREATE, DISABLE, LOOK_UP
from models import audit
from models.actor import Actor
from models.fields import Changes, NewExtension
from models.step_execution import StepExecution, StepState
from models.step_mode import Mode
from models.types import now
from pbx import extensions
from pbx.errors import Refusal
from tests.handlers.steps.conftest import ALICE, StepBed
from tests.server import ADMIN_ID

BY = Actor("cli", "test")


def age(bed: StepBed, **more: object) -> None:
    """Make all executions older than they may wait."""
    with bed.services.database.session() as session:
        older = now() - progress.LIMIT - timedelta(minutes=1)
        session.exec(update(StepExecution).values(created_at=older, next_try_at=None, **more))
    bed.progress()


def test_as_long_as_no_admin_has_chosen_every_step_fails_and_says_how_that_is_changed(bed: StepBed) -> None:
    for at, function in enumerate((CREATE, DISABLE, LOOK_UP)):
        assert "/ext steps ask" in bed.start(function, f"Fx{at}", name="Alice").error
    assert bed.row("Fx0").state is StepState.TOLD
    assert bed.messages() == []


def test_inputs_that_cannot_be_used_fail_before_anybody_is_asked(bed: StepBed) -> None:
    bed.choose(Mode.ASK)
    assert "2 to 20 digits" in bed.start(CREATE, name="Alice", number="1").error
    assert bed.messages() == []


def test_what_nobody_answers_ends_after_a_day(bed: StepBed) -> None:
    bed.choose(Mode.ASK)
    execution = bed.start(CREATE, name="Alice")
    age(bed)
    assert "no phone admin has allowed it within 24 hours" in execution.error
    assert "❌ Not done" in bed.messages()[0]


def test_switching_them_off_stops_what_was_allowed_unless_it_is_under_way(bed: StepBed) -> None:
    bed.choose(Mode.ON)
    begun = bed.start(CREATE, name="Alice")
    bed.choose(Mode.OFF)
    with bed.services.database.session() as session:
        session.add(
            StepExecution(
                execution_id="Fx2", function=DISABLE, inputs={"user": ALICE}, state=StepState.RUNNING
            )
        )
    try_again(bed)
    assert begun.is_running
    assert bed.row("Fx2").error == progress.OFF


def test_an_event_that_slack_repeats_is_one_execution(bed: StepBed) -> None:
    bed.choose(Mode.ON)
    for _ in range(3):
        bed.start(CREATE, name="Alice")
        try_again(bed)
    created = [each for each in audit.latest(bed.services.database) if each.action == audit.CREATED]
    assert [(each.number, each.actor) for each in created] == [("100", "workflow:Fx1")]


def try_again(bed: StepBed) -> None:
    with bed.services.database.session() as session:
        session.exec(update(StepExecution).values(next_try_at=None))
    bed.progress()


def test_what_asterisk_does_not_follow_for_a_day_is_told_as_not_live(bed: StepBed) -> None:
    bed.choose(Mode.ON)
    execution = bed.start(CREATE, name="Alice")
    assert execution.is_running
    age(bed)
    assert "extension 100 is saved, and not live yet" in execution.error


def test_who_has_an_extension_goes_on_with_it(bed: StepBed) -> None:
    bed.choose(Mode.ON)
    extensions.create(bed.services, NewExtension(number="150", name="Alice", slack_user_id=ALICE), by=BY)
    assert bed.start(CREATE, "Fx1", name="Alice").outputs == {"number": "150", "user": ALICE}
    assert bed.start(CREATE, "Fx2", name="Alice", number="150").outputs == {"number": "150", "user": ALICE}
    assert "they have extension 150 already" in bed.start(CREATE, "Fx3", name="Alice", number="151").error
    extensions.disable(bed.services, "150", by=BY)
    assert "/ext enable 150" in bed.start(CREATE, "Fx4", name="Alice").error


def test_a_bot_gets_no_phone_as_it_could_read_no_password(bed: StepBed) -> None:
    bed.choose(Mode.ON)
    bed.slack.add_user("U0BOT", "bot")
    bed.slack.workspace.users["U0BOT"]["is_bot"] = True
    assert "the person is a bot" in bed.start(CREATE, name="Bot", user="U0BOT").error


def test_what_was_given_to_somebody_else_meanwhile_is_not_handed_over(bed: StepBed) -> None:
    bed.choose(Mode.ON)
    execution = bed.start(CREATE, name="Alice")
    extensions.change(bed.services, "100", Changes(slack_user_id="U0BOB0001"), by=BY)
    try_again(bed)
    assert "100 was given to somebody else since" in execution.error


def test_a_number_that_is_taken_fails_with_the_reason(bed: StepBed) -> None:
    bed.choose(Mode.ON)
    extensions.create(bed.services, NewExtension(number="150", name="Bob"), by=BY)
    assert "150 is taken by Bob" in bed.start(CREATE, name="Alice", number="150").error


def test_a_number_outside_the_range_takes_an_admin(bed: StepBed) -> None:
    bed.choose(Mode.ON)
    for at, number in enumerate(("999999", "9999", "２００")):
        error = bed.start(CREATE, f"Fx{at}", name="Alice", number=number).error
        assert "is outside EXTENSION_RANGE (100-199), so only a phone admin may give it" in error
    bed.choose(Mode.ASK)
    assert bed.start(CREATE, "Fx4", name="Alice", number="200").is_running


def test_whose_extension_is_not_noted_is_not_said_to_be_locked_out(bed: StepBed) -> None:
    bed.choose(Mode.ON)
    assert "none was disabled" in bed.start(DISABLE).error


def test_looking_up_needs_no_admin_and_says_that_there_is_none(bed: StepBed) -> None:
    bed.choose(Mode.ASK)
    assert bed.start(LOOK_UP).outputs == {"number": "", "registered": False}
    assert bed.messages() == []


@pytest.mark.parametrize("fault", [{"status": 503}, {"error": "invalid_auth"}, {"error": "token_expired"}])
def test_slack_is_told_again_until_it_has_heard(bed: StepBed, fault: dict[str, Any]) -> None:
    bed.choose(Mode.ON)
    bed.slack.fail_next("functions.completeSuccess", **fault)
    execution = bed.start(LOOK_UP)
    assert execution.is_running
    assert bed.row().state is StepState.FINISHED
    try_again(bed)
    assert (execution.outputs, bed.row().state) == ({"number": "", "registered": False}, StepState.TOLD)


def test_an_answer_that_was_lost_is_no_failure(bed: StepBed) -> None:
    bed.choose(Mode.ON)
    bed.slack.fail_next("functions.completeSuccess", cut=True)
    execution = bed.start(LOOK_UP)
    execution.outputs = execution.outputs or {"number": "", "registered": False}
    try_again(bed)
    assert bed.row().state is StepState.TOLD
    assert bed.messages() == []


def test_what_slack_will_not_hear_is_told_to_the_admins(bed: StepBed) -> None:
    bed.choose(Mode.ON)
    bed.slack.fail_next("functions.completeSuccess", error="function_execution_not_found")
    bed.start(LOOK_UP)
    assert bed.row().state is StepState.UNTOLD
    assert "A workflow does not go on" in bed.messages()[0]


def test_telling_is_given_up_after_a_day(bed: StepBed) -> None:
    bed.choose(Mode.ON)
    bed.slack.fail_until_cleared("functions.completeSuccess", status=500)
    bed.start(LOOK_UP)
    assert telling.KEEP_TRYING <= progress.LIMIT
    age(bed)
    assert bed.row().state is StepState.UNTOLD


def test_a_step_that_another_version_knew_fails_and_stops_no_other(bed: StepBed) -> None:
    bed.choose(Mode.ON)
    bed.start(LOOK_UP)
    with bed.services.database.session() as session:
        session.add(StepExecution(execution_id="Fx9", function="gone", inputs={}))
    execution = bed.start(LOOK_UP, "Fx2")
    assert execution.outputs is not None
    assert bed.row("Fx9").error == "this version of Switchhook has no such step"
    assert "It wanted to carry out “gone”" in bed.messages()[0]


def test_who_chooses_is_in_the_audit_trail(bed: StepBed) -> None:
    def typed(*words: str) -> str:
        return command.run(bed.services, Arguments(words, {}, asked_by=ADMIN_ID)).text

    assert "are off" in typed()
    assert "asked of you" in typed("ask")
    assert "without a question" in typed("ON")
    bed.choose(Mode.ASK)
    bed.start(CREATE, name="Alice")
    assert "1 step waits for an answer, in your direct messages" in typed()
    chosen = [each.changes for each in audit.latest(bed.services.database)]
    assert chosen == [{"steps": ["ask", "on"]}, {"steps": ["off", "ask"]}]
    with pytest.raises(Refusal, match="/ext steps"):
        typed("maybe")
