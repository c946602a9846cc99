"""A delivery that failed has ways out: another number, a number to type, to leave it; and its words are so when read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select

from handlers.onboarding import actions, choices, decisions, modals
from handlers.onboarding.command import hr_command
from handlers.slack.admins import Admins
from handlers.slack.command_text import Arguments
from models import audit
from models.hr_delivery import DeliveryState, HrDelivery
from models.outbox import OutboxMessage
from pbx.errors import Refusal
from tests.handlers.onboarding.admin_actions import ADMIN, buttons, create, get, post_all, press
from tests.handlers.onboarding.hr_driver import HrDriver, joined, left
from tests.server import ADMIN_ID
from tests.slack_stand_in import SlackStandIn, as_text

DONE, FAILED, IGNORED = DeliveryState.DONE, DeliveryState.FAILED, DeliveryState.IGNORED


@pytest.fixture
def sales(hr_driver: HrDriver) -> HrDriver:
    """An HR driver whose department Sales has two numbers."""
    services = hr_driver.context.services
    values = services.settings.model_dump() | {"hr_department_ranges": "Sales=300-301"}
    settings = type(services.settings)(_env_file=None, **values)
    return HrDriver(replace(hr_driver.context, services=replace(services, settings=settings)))


def submit(hr_driver: HrDriver, delivery: int, number: str, user_id: str = ADMIN_ID) -> dict[str, Any]:
    """What Slack is told of the form with another number."""
    said: dict[str, Any] = {}
    state = {"values": {"number": {"number": {"value": number}}}}
    body = {"user": {"id": user_id}, "view": {"private_metadata": str(delivery), "state": state}}
    admins = Admins((ADMIN_ID,), hr_driver.context.client)
    actions.save_number(hr_driver.context.services, admins, lambda **more: said.update(more), body)
    hr_driver.process_all()
    return said


def test_a_number_that_is_taken_can_be_another_one(hr_driver: HrDriver, failed: int) -> None:
    assert list(buttons(hr_driver)) == ["Try again", "Next free number", "Type a number", "Ignore"]
    assert "150 is taken by Bob" in hr_driver.texts()[0]
    press(hr_driver, "Next free number")
    assert get(hr_driver, "100").name == "Alice"
    assert hr_driver.state(failed) == (DONE, "extension 100 is to be made")
    assert (len(hr_driver.texts()), buttons(hr_driver)) == (1, {})
    assert "Extension 100 is to be made" in hr_driver.texts()[0]


def test_a_number_can_be_typed(hr_driver: HrDriver, failed: int) -> None:
    assert submit(hr_driver, failed, "abc")["errors"]["number"].startswith(
        "an extension number is 2 to 20 digits"
    )
    assert submit(hr_driver, failed, "150")["errors"] == {"number": "150 is taken by Bob"}
    assert "only phone admins can" in submit(hr_driver, failed, "151", "U0MALLORY")["errors"]["number"]
    assert submit(hr_driver, failed, "205") == {}  # outside of all ranges: an admin may
    assert get(hr_driver, "205").name == "Alice"
    assert "does not wait for an answer any more" in submit(hr_driver, failed, "206")["errors"]["number"]


def test_a_failed_delivery_can_be_ignored(hr_driver: HrDriver, failed: int) -> None:
    press(hr_driver, "Ignore")
    assert hr_driver.state(failed) == (IGNORED, f"ignored by Slack user {ADMIN_ID}")
    assert (len(hr_driver.texts()), buttons(hr_driver)) == (1, {})


def test_trying_again_in_vain_asks_in_the_same_message(hr_driver: HrDriver, failed: int) -> None:
    hr_command(hr_driver.context.services, Arguments(("retry", str(failed)), {}, asked_by=ADMIN_ID))
    assert buttons(hr_driver) == {}
    hr_driver.process_all()
    assert list(buttons(hr_driver)) == ["Try again", "Next free number", "Type a number", "Ignore"]
    assert len(hr_driver.texts()) == 1


@pytest.mark.parametrize("value", ["", "x", "9" * 30, "²", "17", "1 theirs:1", "1 nonsense"])
def test_a_button_of_another_version_does_nothing(hr_driver: HrDriver, failed: int, value: str) -> None:
    admins = Admins((ADMIN_ID,), hr_driver.context.client)
    with pytest.raises(Refusal):
        actions.answer_pressed(hr_driver.context.services, admins, ADMIN_ID, "hr_theirs_0", value)
    assert hr_driver.state(failed)[0] is FAILED


@pytest.mark.parametrize(
    ("department", "number", "numbers"), [("Sales", "150", "300-301"), (None, "300", "100-199")]
)
def test_hr_names_a_number_of_the_department_or_none(
    sales: HrDriver, department: str | None, number: str, numbers: str
) -> None:
    delivery = sales.deliver(joined(name="Alice", department=department, wanted_number=number))
    assert sales.state(delivery)[0] is FAILED
    assert f"HR names {number} for Alice, and the numbers of" in str(sales.state(delivery)[1])
    assert numbers in sales.texts()[0]
    press(sales, "Next free number")
    assert sales.names() == ["Alice"]


def test_a_department_without_a_free_number_gets_one_of_the_others(sales: HrDriver) -> None:
    for each in ("e1", "e2", "e3"):
        sales.deliver(joined(each, name=each, department="Sales"))
    assert "Every number of 300-301 is taken" in sales.texts()[0]
    assert "or have HR_DEPARTMENT_RANGES widened" in sales.texts()[0]
    press(sales, "Next free number")
    assert get(sales, "100").name == "e3"


def test_the_members_of_a_user_group_see_what_was_answered(
    hr_driver: HrDriver, fresh_slack: SlackStandIn
) -> None:
    fresh_slack.set_usergroups({"S0PHONES": [ADMIN_ID, "U0ADMIN02"]})
    services = hr_driver.context.services
    settings = services.settings.model_copy(update={"slack_admins": ("S0PHONES",)})
    group = HrDriver(replace(hr_driver.context, services=replace(services, settings=settings)))
    create(group, "150", "Bob")
    group.deliver(joined(name="Alice", wanted_number="150"))
    post_all(group)
    press(group, "Ignore")
    post_all(group)
    for member in (ADMIN_ID, "U0ADMIN02"):
        (message,) = fresh_slack.messages(f"D{member[1:]}")
        assert f"Ignored.\n✅ Done by @{ADMIN_ID} · " in as_text(message)
        assert "actions" not in [block["type"] for block in message.blocks]


def test_a_retry_of_a_question_asked_elsewhere_is_ignored_and_names_that_delivery(
    hr_driver: HrDriver,
) -> None:
    create(hr_driver, "150", "Bob")
    create(hr_driver, "105", "Dave", email="alice@example.com")
    details = {"name": "Alice", "email": "alice@example.com"}
    first = hr_driver.deliver(joined(name="Alice", wanted_number="150"))
    second = hr_driver.deliver(joined(**details))
    with hr_driver.context.services.database.session() as session:
        row = session.get_one(HrDelivery, first)
        row.events = [row.events[0] | details]
    decisions.retry(hr_driver.context.services, first, ADMIN)
    hr_driver.process_all()
    words = f"the admins are asked already, for delivery {second}"
    assert hr_driver.state(first) == (IGNORED, words)
    assert words[1:] in hr_driver.texts()[0]
    assert [row.open for row in questions(hr_driver)] == [False, True]


def questions(hr_driver: HrDriver) -> list[OutboxMessage]:
    with hr_driver.context.services.database.session() as session:
        return list(session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id))))


def test_whoever_answers_is_named_as_slack_names_them_and_the_audit_says_what_they_chose(
    hr_driver: HrDriver,
) -> None:
    create(hr_driver, "150", "Bob")
    for each in ("e1", "e2", "e3"):
        hr_driver.deliver(joined(each, name=each, wanted_number="150"))
    create(hr_driver, "105", "Carol", email="carol@example.com")
    create(hr_driver, "106", "Carol", email="carol@example.com")
    decisions.answer(hr_driver.context.services, 1, choices.NEW, ADMIN)
    words, done = hr_driver.texts()[0].splitlines()[1:]
    assert (words, done.startswith(f"✅ Done by @{ADMIN_ID} · ")) == ("Is being carried out.", True)
    submit(hr_driver, 2, "205")
    decisions.ignore(hr_driver.context.services, 3, ADMIN)
    hr_driver.deliver(left("e4", name="Carol", email="carol@example.com"))
    press(hr_driver, "Lock out all of them")
    entries = reversed(audit.latest(hr_driver.context.services.database))
    assert [entry.action for entry in entries if "HR delivery" in entry.action] == [
        "answered HR delivery 1: next free number",
        "answered HR delivery 2: typed 205",
        "ignored HR delivery 3",
        "answered HR delivery 4: extension 105, 106",
    ]


@pytest.mark.parametrize("value", ["", "17", "a b c", "9" * 30, "²"])
def test_a_value_that_is_not_ours_is_no_traceback(hr_driver: HrDriver, value: str) -> None:
    """Slack signs what it sends; buttons of another version say something else, too."""
    assert actions.secret_view(hr_driver.context.services, "U0ALICE01", value) is None
    assert modals.details_modal(value)["private_metadata"] == value
    said: dict[str, Any] = {}
    state = {"values": {"name": {"name": {"value": "Alice"}}}}
    body = {"user": {"id": ADMIN_ID}, "view": {"private_metadata": value, "state": state}}
    admins = Admins((ADMIN_ID,), hr_driver.context.client)
    actions.save_details(hr_driver.context.services, admins, lambda **more: said.update(more), body)
    assert "has been filled in already" in said["errors"]["name"]


def test_an_answer_while_the_first_is_carried_out_is_refused_with_the_reason(
    hr_driver: HrDriver, failed: int
) -> None:
    decisions.answer(hr_driver.context.services, failed, choices.NEW, ADMIN)
    with pytest.raises(Refusal, match="is being carried out already"):
        decisions.ignore(hr_driver.context.services, failed, ADMIN)
