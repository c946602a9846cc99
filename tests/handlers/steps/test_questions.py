"""Admins are asked of each change of a workflow once, and nothing is done before they have allowed it."""

from __future__ import annotations

import pytest

from handlers.slack.admins import Admins
from handlers.slack.command_text import Arguments
from handlers.slack.refusals import RefusalWithMessage
from handlers.steps import actions, command, progress
from handlers.steps.functions import CREATE, DISABLE
from models import audit
from models.fields import NewExtension
from models.step_execution import StepState
from models.step_mode import Mode
from pbx import extensions
from pbx.errors import Refusal
from tests.handlers.steps.conftest import ALICE, StepBed
from tests.server import ADMIN_ID
from tests.slash_commands import TESTER


def press(bed: StepBed, *, allowed: bool, user_id: str = ADMIN_ID, value: str = "1") -> str:
    admins = Admins((ADMIN_ID,), bed.client)
    answer = actions.decided(bed.services, admins, user_id, value, allowed=allowed)
    bed.progress()
    return answer.text


def test_each_change_is_asked_of_the_admins_and_nothing_is_done_before(bed: StepBed) -> None:
    bed.choose(Mode.ASK)
    execution = bed.start(CREATE, name="Alice")
    (message,) = bed.messages()
    assert message.startswith(f"{ADMIN_ID}: 🧩 *A workflow wants to create extension “Alice” for <@{ALICE}>*")
    assert execution.is_running
    with pytest.raises(Refusal, match="nly phone admins can decide about steps"):
        press(bed, allowed=True, user_id="U0MALLORY")
    assert "Allowed" in press(bed, allowed=True)
    assert "✅ Done by <@U0ADMIN01>: allowed" in bed.messages()[0]
    assert bed.row().state is StepState.RUNNING  # Asterisk is away
    assert [each.number for each in audit.latest(bed.services.database)] == ["100", None]
    with pytest.raises(Refusal, match="does not wait for an answer any more"):
        press(bed, allowed=False)


def test_what_is_refused_is_not_done_and_the_workflow_hears_of_it(bed: StepBed) -> None:
    bed.choose(Mode.ASK)
    execution = bed.start(CREATE, name="Alice")
    assert "Refused" in press(bed, allowed=False)
    assert execution.error == "a phone admin has refused it"
    (message,) = bed.messages()
    assert "❌ Refused by <@U0ADMIN01>" in message
    assert "✅" not in message
    with pytest.raises(RefusalWithMessage) as caught:
        press(bed, allowed=True)
    assert "❌ Refused by <@U0ADMIN01>" in caught.value.message.text
    assert [each.action for each in audit.latest(bed.services.database)] == ["refused step 1 of a workflow"]


def test_admins_are_not_asked_without_end(bed: StepBed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "MOST_ASKED", 2)
    bed.choose(Mode.ASK)
    started = [bed.start(CREATE, f"Fx{at}", name="Al", user=f"U0PERSON{at}") for at in range(3)]
    assert [each.is_running for each in started] == [True, True, False]
    assert "wait for the phone admins already" in started[2].error


def test_who_is_to_lock_somebody_out_reads_which_extensions_that_is(bed: StepBed) -> None:
    bed.choose(Mode.ASK)
    assert "none was disabled" in bed.start(DISABLE).error
    assert bed.messages() == []
    for number in ("150", "151"):
        extensions.create(
            bed.services, NewExtension(number=number, name="Al", slack_user_id=ALICE), by=TESTER
        )
    bed.start(DISABLE, "Fx2")
    assert f"wants to disable the phone of <@{ALICE}>: 150, 151*" in bed.messages()[0]


def test_the_same_is_asked_once_of_a_person_and_others_are_asked_beside_it(bed: StepBed) -> None:
    bed.choose(Mode.ASK)
    extensions.create(bed.services, NewExtension(number="150", name="Al", slack_user_id=ALICE), by=TESTER)
    wanted = [(CREATE, ALICE), (CREATE, ALICE), (DISABLE, ALICE), (CREATE, "U0BOB0001")]
    started = [bed.start(each, f"Fx{at}", user=user, name=f"N{at}") for at, (each, user) in enumerate(wanted)]
    assert [each.is_running for each in started] == [True, False, True, True]
    assert "asked the same of this person already" in started[1].error
    press(bed, allowed=False)
    assert bed.start(CREATE, "Fx8", name="Alice").is_running


def test_switching_them_off_ends_what_waits_for_an_answer(bed: StepBed) -> None:
    bed.choose(Mode.ASK)
    execution = bed.start(CREATE, name="Alice")
    off = command.run(bed.services, Arguments(("off",), {}, asked_by=ADMIN_ID)).text
    assert "1 step waits for an answer, and that fails, too" in off
    with pytest.raises(Refusal, match="steps of workflows are off"):
        press(bed, allowed=True)
    bed.progress()
    assert "/ext steps ask" in execution.error
    assert "❌ Not done: Switchhook carries out no steps" in bed.messages()[0]
