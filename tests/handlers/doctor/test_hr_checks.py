"""Deliveries that wait for an admin are found; others are not."""

from __future__ import annotations

import pytest

from handlers.doctor import hr_checks
from models.hr_delivery import DeliveryState, HrDelivery
from models.types import now
from pbx.services import Services


def deliver(services: Services, key: str, state: DeliveryState) -> None:
    with services.database.session() as session:
        session.add(
            HrDelivery(
                source="bamboohr", key=key, received_at=now(), events=[], state=state, reason="it is odd"
            )
        )


@pytest.mark.parametrize("state", [DeliveryState.DONE, DeliveryState.WAITING, DeliveryState.IGNORED])
def test_what_needs_nobody_is_no_finding(quiet: Services, state: DeliveryState) -> None:
    deliver(quiet, "1", state)
    assert list(hr_checks.deliveries(quiet)) == []


def test_what_waits_for_an_admin_is_counted_and_the_newest_named(quiet: Services) -> None:
    deliver(quiet, "1", DeliveryState.FAILED)
    (one,) = hr_checks.deliveries(quiet)
    assert one.seen == "1 HR delivery waits for an admin, the newest 1 (bamboohr): it is odd"
    for key in ("2", "3", "4"):
        deliver(quiet, key, DeliveryState.NEEDS_CHOICE)
    (four,) = hr_checks.deliveries(quiet)
    assert four.seen.startswith("4 HR deliveries wait for an admin, the newest 4 (bamboohr): it is odd; 3 ")
    assert "/ext hr retry 4" in four.remedy
