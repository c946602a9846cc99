"""What HR systems get wrong: absurd times, poisonous values. Nothing of it lasts for ever or holds up others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from handlers.onboarding import deliveries
from models.employee import Stage
from models.hr_delivery import DeliveryState, HrDelivery
from models.types import now
from tests.handlers.onboarding.events import employee
from tests.handlers.onboarding.hr_driver import HrDriver, changed, joined, left

AHEAD = (now() + timedelta(days=200)).isoformat()


def deliver_poison(hr_driver: HrDriver) -> int:
    """A delivery that nobody can work on."""
    row = HrDelivery(
        source="standard",
        key="poison",
        received_at=now(),
        events=[{"kind": "nonsense", "external_id": "e9"}],
        state=DeliveryState.WAITING,
    )
    with hr_driver.context.services.database.session() as session:
        session.add(row)
    return row.id or 0


def test_who_leaves_at_an_absurd_moment_leaves(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(name="Alice"))
    number = hr_driver.deliver(left() | {"occurred_at": "0001-01-01T00:00:00+01:00"})
    state, reason = hr_driver.state(number)
    assert state is DeliveryState.DONE
    assert "locked out" in str(reason)
    assert "occurred_at: a moment of our time" in str(reason)


def test_a_joining_stamped_months_ahead_makes_no_leaving_old(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(name="Alice") | {"occurred_at": AHEAD})
    hr_driver.deliver(left() | {"occurred_at": now().isoformat()})
    assert employee(hr_driver.context).stage is Stage.LEFT


def test_an_old_joining_delivered_after_a_leaving_without_a_moment_is_no_return(
    hr_driver: HrDriver,
) -> None:
    morning = now() - timedelta(hours=4)
    hr_driver.deliver(joined(name="Alice") | {"occurred_at": morning.isoformat()})
    hr_driver.deliver(left())
    hr_driver.deliver(joined(name="Alice") | {"occurred_at": (morning + timedelta(hours=1)).isoformat()})
    assert employee(hr_driver.context).stage is Stage.LEFT


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-31", "2100-01-01"])
def test_an_absurd_first_day_is_left_out_and_noted(hr_driver: HrDriver, day: str) -> None:
    number = hr_driver.deliver(joined(name="Alice") | {"start_date": day})
    assert employee(hr_driver.context).start_date is None
    assert f"start_date: a day in the year {date.fromisoformat(day).year}" in str(hr_driver.state(number)[1])


def test_an_event_that_raises_fails_after_a_few_tries_is_reported_and_delays_nobody(
    hr_driver: HrDriver,
) -> None:
    number = deliver_poison(hr_driver)
    hr_driver.deliver(joined("e1", name="Alice"))
    assert hr_driver.names() == ["Alice"]
    for _ in range(deliveries.TRIES):
        assert hr_driver.state(number)[0] is DeliveryState.WAITING
        hr_driver.make_due()
        assert deliveries.process_due(hr_driver.context) == 1
        if hr_driver.state(number)[0] is DeliveryState.FAILED:
            break
    state, reason = hr_driver.state(number)
    assert (state, reason) == (
        DeliveryState.FAILED,
        "something is wrong inside Switchhook (ValidationError), and its log says more",
    )
    assert [f"HR delivery {number} " in text for text in hr_driver.texts()] == [True]
    hr_driver.make_due()
    assert deliveries.process_due(hr_driver.context) == 0


def test_of_a_delivery_one_that_raises_does_not_hold_up_the_others(hr_driver: HrDriver) -> None:
    bad = {"kind": "joined", "external_id": "two words"}
    hr_driver.deliver(joined("e1", name="Alice"), bad, joined("e2", name="Bob"))
    assert hr_driver.names() == ["Alice", "Bob"]
    assert [row.events for row in hr_driver.rows()] == [[bad]]


def test_a_moment_at_the_end_of_the_calendar_can_be_stored(hr_driver: HrDriver) -> None:
    first = datetime.fromisoformat("0001-01-01T00:00:00+01:00")
    last = datetime.fromisoformat("9999-12-31T23:59:59-01:00")
    number = hr_driver.deliver(changed())
    with hr_driver.context.services.database.session() as session:
        row = session.get_one(HrDelivery, number)
        row.asked_at, row.done_at = first, last
    with hr_driver.context.services.database.session() as session:
        row = session.exec(select(HrDelivery)).one()
        assert (row.asked_at, row.done_at) == (
            datetime.min.replace(tzinfo=UTC),
            datetime.max.replace(tzinfo=UTC),
        )
