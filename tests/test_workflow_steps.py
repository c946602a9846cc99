"""A workflow of Slack's has phones made, looked up and locked out: the whole product, on the real Asterisk."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator

import pytest

from handlers.steps.functions import CREATE, DISABLE, FUNCTIONS, LOOK_UP
from handlers.steps.messages import ALLOW, REFUSE
from tests import one_server
from tests.asterisk_bed import Asterisk, Phone
from tests.asterisk_bed.process import end
from tests.onboarding_bed import Person, direct_message, press
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slack_stand_in.workflows import Execution
from tests.slash_commands import say

way = one_server.both_ways
folder, asterisk, slack = one_server.folder, one_server.asterisk, one_server.slack
database_url, more_environment = one_server.database_url, one_server.more_environment
admin = one_server.admin


@pytest.fixture(scope="module")
def switchhook(asterisk: Asterisk, slack: SlackStandIn, database_url: str) -> Iterator[Switchhook]:
    with Switchhook(asterisk, slack, database_url) as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def listener(switchhook: Switchhook) -> subprocess.Popen[bytes]:
    return switchhook.listen()


@pytest.fixture
def nadia(slack: SlackStandIn, switchhook: Switchhook) -> Person:
    return Person(slack, switchhook)


def run(person: Person, function: str, **inputs: str) -> Execution:
    """A workflow comes to the step, for this person; return what Slack has of it."""
    given = {"user": person.user_id, **inputs}
    execution_id = person.execute(function, FUNCTIONS[function].as_manifest(), given)
    return person.stand_in.workspace.workflows.executions[execution_id]


def ended(person: Person, function: str, **inputs: str) -> Execution:
    execution = run(person, function, **inputs)
    person.stand_in.wait_until(lambda: not execution.is_running)
    return execution


def test_a_workflow_makes_a_phone_that_registers_finds_it_and_locks_it_out(
    switchhook: Switchhook, slack: SlackStandIn, asterisk: Asterisk, admin: SlackUser, nadia: Person
) -> None:
    assert "without a question" in say(admin, "steps on")
    made = ended(nadia, CREATE, name=nadia.name, email=nadia.email)
    assert made.outputs is not None, made.error
    number = made.outputs["number"]
    welcome = direct_message(slack, nadia, "your phone extension is")
    assert press(slack, nadia, welcome)[0] == number
    assert ended(nadia, LOOK_UP).outputs == {"number": number, "registered": False}
    assert ended(nadia, CREATE, name="Another").outputs == {"number": number, "user": nadia.user_id}

    say(admin, f"create {int(number) + 50} Second <@{nadia.user_id}|nadia>")
    gone = ended(nadia, DISABLE)
    assert gone.outputs == {"numbers": f"{number}, {int(number) + 50}"}
    assert "Disabled: no phone can use it" in say(admin, f"status {number}")
    assert "a workflow in Slack (Fx" in say(admin, f"audit {number}")


def test_the_password_is_in_no_output_and_the_phone_registers_with_it(
    switchhook: Switchhook, slack: SlackStandIn, asterisk: Asterisk, admin: SlackUser, nadia: Person
) -> None:
    say(admin, "steps on")
    made = ended(nadia, CREATE, name=nadia.name)
    number, secret = press(slack, nadia, direct_message(slack, nadia, "your phone extension is"))
    with Phone(number, secret, asterisk.sip_domain) as phone:
        phone.register()
        assert ended(nadia, LOOK_UP).outputs == {"number": number, "registered": True}
    assert secret not in str(made.outputs) + switchhook.log_text()


def test_an_admin_allows_one_and_refuses_another(
    switchhook: Switchhook, slack: SlackStandIn, admin: SlackUser, nadia: Person
) -> None:
    assert "asked of you" in say(admin, "steps ask")
    first = run(nadia, CREATE, name=nadia.name)
    question = direct_message(slack, admin, f"create extension “{nadia.name}”")
    mallory = SlackUser(slack, switchhook.url, user_id="U0MALLORY", user_name="mallory")
    (refusal,) = mallory.replies(mallory.click(question, ALLOW))
    assert "Only phone admins" in as_text(refusal)
    admin.click(question, ALLOW)
    slack.wait_until(lambda: first.outputs)
    direct_message(slack, admin, f"create extension “{nadia.name}”", "Carried out", "✅ Done by")

    second = run(nadia, DISABLE)
    admin.click(direct_message(slack, admin, "disable the phone of", nadia.user_id), REFUSE)
    slack.wait_until(lambda: second.error)
    assert second.error == "a phone admin has refused it"
    assert ended(nadia, LOOK_UP).outputs == {"number": first.outputs["number"], "registered": False}  # type: ignore[index] # it has


def test_what_was_started_before_the_listener_died_is_ended_by_the_next(
    switchhook: Switchhook,
    slack: SlackStandIn,
    admin: SlackUser,
    nadia: Person,
    listener: subprocess.Popen[bytes],
) -> None:
    say(admin, "steps on")
    slack.fail_until_cleared("functions.completeSuccess", status=503)
    execution = run(nadia, CREATE, name=nadia.name)
    direct_message(slack, nadia, "your phone extension is")
    end(listener, signal.SIGKILL)
    slack.clear_faults("functions.completeSuccess")
    switchhook.listen()
    slack.wait_until(lambda: execution.outputs)
    assert say(admin, f"list {nadia.name}").count(nadia.name) == 1
