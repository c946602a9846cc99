"""An admin has given an employee's phone to somebody else: it is neither locked out, nor freed, nor shown for who had it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.onboarding import activation, records, retention
from models.employee import Stage
from models.hr_delivery import DeliveryState
from models.types import now
from tests.handlers.onboarding.admin_actions import (
    CAROL,
    change,
    create,
    enabled,
    get,
)
from tests.handlers.onboarding.events import employee
from tests.handlers.onboarding.hr_driver import HrDriver, changed, joined, left

NEEDS_CHOICE = DeliveryState.NEEDS_CHOICE


GIVEN_AWAY = [
    {"name": "Bob", "email": "bob@example.com"},
    {"email": "bob@example.com"},
    {"name": "Bob"},
    {"slack_user_id": "U0BOB0001"},
]


@pytest.mark.parametrize("given", GIVEN_AWAY)
def test_what_an_admin_has_given_to_somebody_else_is_not_locked_out_for_who_had_it(
    hr_driver: HrDriver, given: dict[str, str]
) -> None:
    hr_driver.deliver(joined(**CAROL))
    hr_driver.context.save(employee(hr_driver.context), stage=Stage.WELCOMED, slack_user_id="U0CAROL01")
    change(hr_driver, "100", **given)
    hr_driver.deliver(changed(name="Carol Smith"))
    assert get(hr_driver, "100").name != "Carol Smith"
    number = hr_driver.deliver(left())
    assert (hr_driver.state(number)[0], enabled(hr_driver)) == (NEEDS_CHOICE, ["100"])
    assert "🚨" in hr_driver.texts()[-1]


def test_who_has_got_another_one_is_locked_out_of_that(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**CAROL))
    change(hr_driver, "100", name="Bob", email="bob@example.com")
    create(hr_driver, "105", email="carol@example.com")
    hr_driver.deliver(left())
    assert enabled(hr_driver) == ["100"]


@pytest.mark.parametrize("given", GIVEN_AWAY)
def test_a_number_that_was_given_to_somebody_since_is_never_freed(
    hr_driver: HrDriver, given: dict[str, str]
) -> None:
    hr_driver.deliver(joined(**CAROL))
    hr_driver.context.save(employee(hr_driver.context), slack_user_id="U0CAROL01")
    hr_driver.deliver(left())
    change(hr_driver, "100", **given)  # who starts next week: it stays disabled until then
    hr_driver.context.save(employee(hr_driver.context), left_at=now() - timedelta(days=99))
    assert retention.release_numbers(hr_driver.context) == 1
    assert (get(hr_driver, "100").employee_ref, employee(hr_driver.context).stage) == (None, Stage.RELEASED)


def test_who_comes_back_does_not_get_what_was_given_to_somebody_else(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**CAROL))
    hr_driver.deliver(left())
    change(hr_driver, "100", name="Bob", email="bob@example.com", enabled=True)
    hr_driver.deliver(joined(**CAROL, start_date=records.today() + timedelta(days=1)))
    assert (get(hr_driver, "100").name, get(hr_driver, "100").enabled) == ("Bob", True)
    assert get(hr_driver, "101").employee_ref == "standard:e1"


def test_an_address_that_somebody_else_has_by_now_is_theirs(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**CAROL))
    hr_driver.deliver(changed(email="carol.jones@example.com"))
    hr_driver.deliver(joined("e2", name="Carol King", email="carol@example.com"))
    assert [get(hr_driver, each).name for each in ("100", "101")] == ["Carol Jones", "Carol King"]
    hr_driver.deliver(left())
    assert enabled(hr_driver) == ["101"]


def test_of_a_new_phone_that_was_given_to_somebody_else_the_admins_hear_once(hr_driver: HrDriver) -> None:
    day = records.today() + timedelta(days=1)
    hr_driver.deliver(joined(**CAROL, start_date=day))
    change(hr_driver, "100", name="Bob", email="bob@example.com")
    person = employee(hr_driver.context)
    person.start_date = records.today()
    hr_driver.context.save(person)
    for _ in range(3):
        assert activation.activate_due(hr_driver.context) == 0
    assert enabled(hr_driver) == []
    assert len(hr_driver.texts()) == 1
    assert "Carol Jones is not told of extension 100" in hr_driver.texts()[0]
