"""Deliveries are kept as long as they wait, and a week after they are done."""

from __future__ import annotations

from datetime import timedelta

from handlers.onboarding import inbox
from models.hr_delivery import DeliveryState, HrDelivery
from tests.handlers.onboarding.admin_actions import fill_in, mark_all_live
from tests.handlers.onboarding.hr_driver import HrDriver, changed, joined

DONE, FAILED, IGNORED, NEEDS_DETAILS = (
    DeliveryState.DONE,
    DeliveryState.FAILED,
    DeliveryState.IGNORED,
    DeliveryState.NEEDS_DETAILS,
)


def test_what_is_finished_goes_after_a_week_and_what_waits_stays(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined("e1", name="Alice"))
    hr_driver.deliver(changed("e2"))
    hr_driver.deliver(joined("e3"))
    hr_driver.deliver(joined("e4", name="Bob", wanted_number="100"))
    mark_all_live(hr_driver)
    assert _after(hr_driver, timedelta(days=6, hours=23)) == [DONE, IGNORED, NEEDS_DETAILS, FAILED]
    assert _after(hr_driver, timedelta(hours=2)) == [NEEDS_DETAILS, FAILED]


def test_what_waited_for_long_is_shown_for_a_week_after_it_is_done(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined("e1"))
    assert _after(hr_driver, timedelta(days=30)) == [NEEDS_DETAILS]
    fill_in(hr_driver)
    assert _after(hr_driver, timedelta(days=1)) == [DONE]


def _after(hr_driver: HrDriver, time: timedelta) -> list[DeliveryState]:
    """The states of what is left when so much more time has gone by."""
    with hr_driver.context.system.database.session() as session:
        for row in map(session.merge, hr_driver.rows()):
            _make_older(row, time)
    inbox.prune(hr_driver.context.system.database)
    return [row.state for row in hr_driver.rows()]


def _make_older(row: HrDelivery, time: timedelta) -> None:
    row.received_at -= time
    row.done_at = row.done_at and row.done_at - time
