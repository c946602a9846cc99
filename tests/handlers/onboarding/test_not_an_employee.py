"""Of whom HR tells only an ID, an admin may say that they are no employee; or who they are, in a department."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.onboarding import actions, missing_details
from handlers.slack.admins import Admins
from models.hr_delivery import DeliveryState
from pbx.errors import Refusal
from tests.handlers.onboarding.admin_actions import fill_in
from tests.handlers.onboarding.hr_driver import HrDriver, joined, with_settings
from tests.server import ADMIN_ID


def dismiss(hr_driver: HrDriver, external_id: str, user_id: str = ADMIN_ID) -> str:
    services, admins = hr_driver.context.services, Admins((ADMIN_ID,), hr_driver.context.client)
    return actions.dismissed(services, admins, user_id, f"standard {external_id}").text


def submit(hr_driver: HrDriver, external_id: str, **typed: str) -> dict[str, Any]:
    """Return what Slack is answered when an admin submits the form; empty: it is taken."""
    services, admins = hr_driver.context.services, Admins((ADMIN_ID,), hr_driver.context.client)
    answers: list[dict[str, Any]] = []
    values = {name: {name: {"value": text}} for name, text in typed.items()}
    view = {"private_metadata": f"standard {external_id}", "state": {"values": values}}
    body = {"user": {"id": ADMIN_ID}, "view": view}
    actions.save_details(services, admins, lambda **answer: answers.append(answer), body)
    return answers[0]


def test_who_is_no_employee_is_waited_for_no_longer_and_every_copy_says_so(hr_driver: HrDriver) -> None:
    number = hr_driver.deliver(joined("e1"))
    hr_driver.deliver(joined("e2"))
    hr_driver.ask()
    assert dismiss(hr_driver, "e1") == "Employee e1 of standard gets no phone."
    assert hr_driver.state(number) == (DeliveryState.IGNORED, f"no employee, says Slack user {ADMIN_ID}")
    assert hr_driver.rows()[1].state is DeliveryState.NEEDS_DETAILS
    hr_driver.deliver(joined("e1", name="Alice"))
    assert hr_driver.names() == ["Alice"]


def test_who_comes_second_or_is_no_admin_is_refused(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined("e1"))
    hr_driver.ask()
    with pytest.raises(Refusal, match="only phone admins"):
        dismiss(hr_driver, "e1", "U0MALLORY")
    fill_in(hr_driver)
    with pytest.raises(Refusal, match="has been filled in already"):
        dismiss(hr_driver, "e1")


def test_a_department_is_chosen_or_typed(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined("e1"), joined("e2"))
    assert submit(hr_driver, "e1", name="Alice", department="Sales", other_department="") == {}
    assert submit(hr_driver, "e2", name="Bob", department="Sales", other_department="Support") == {}
    hr_driver.process_all()
    assert missing_details.departments(hr_driver.context.services) == ["Sales", "Support"]


def test_departments_with_a_range_of_their_own_are_known_before_anybody_is_there(hr_driver: HrDriver) -> None:
    ranged = with_settings(hr_driver, hr_department_ranges="Warehouse=300-399")
    assert missing_details.departments(ranged.context.services) == ["Warehouse"]


def test_a_typed_department_that_cannot_be_is_refused_where_it_was_typed(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined("e1"))
    refused = submit(hr_driver, "e1", name="Alice", department="", other_department="a\u202eb")
    assert list(refused["errors"]) == ["other_department"]
