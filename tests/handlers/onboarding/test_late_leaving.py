"""HR's news that is followed late: who left in the meantime is locked out all the same."""

from __future__ import annotations

from datetime import timedelta

from handlers.onboarding import activation
from models.hr_delivery import DeliveryState
from models.types import now
from tests.handlers.onboarding.admin_actions import CAROL, enabled
from tests.handlers.onboarding.events import employee
from tests.handlers.onboarding.hr_driver import HrDriver, joined, left

DONE = DeliveryState.DONE


def test_who_had_left_before_anybody_could_make_their_phone_is_locked_out(hr_driver: HrDriver) -> None:
    """HR has delivered both while no listener ran."""
    number = hr_driver.deliver(joined(**CAROL), left())
    assert (hr_driver.state(number)[0], enabled(hr_driver)) == (DONE, [])


def test_who_had_left_before_anybody_could_let_them_in_on_their_first_day_is_locked_out(
    hr_driver: HrDriver,
) -> None:
    hr_driver.deliver(joined(**CAROL, start_date=(now() + timedelta(days=1)).date().isoformat()))
    had_left = now()
    hr_driver.context.save(employee(hr_driver.context), start_date=had_left.date())
    activation.activate_due(hr_driver.context)
    assert enabled(hr_driver) == ["100"]
    hr_driver.context.save(employee(hr_driver.context), left_at=had_left)
    number = hr_driver.deliver(left())
    assert (hr_driver.state(number)[0], enabled(hr_driver)) == (DONE, [])
