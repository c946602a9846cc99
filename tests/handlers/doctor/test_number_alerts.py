"""Alerts of one number that somebody turned off are found, and those of all are the system's matter."""

from __future__ import annotations

import pytest

from handlers.alerts import routing
from handlers.doctor import number_alerts
from pbx.doctor.one_number import OneNumber
from pbx.services import Services


def found(services: Services) -> list[str]:
    return [each.seen for each in number_alerts.alerts(OneNumber(services, "101"))]


@pytest.mark.parametrize("numbers", ["101", "100-149"])
def test_what_is_turned_off_for_the_number_is_found(quiet: Services, numbers: str) -> None:
    with quiet.database.session() as session:
        routing.set_route(session, "calls", numbers, "")
    assert found(quiet) == ["alerts about calls of 101 are turned off"]


def test_what_is_turned_off_for_all_or_others_or_is_turned_on_again_for_it_is_not(quiet: Services) -> None:
    with quiet.database.session() as session:
        routing.set_route(session, "", "", "")
        routing.set_route(session, "calls", "150-199", "")
        routing.set_route(session, "registrations", "100-149", "")
        routing.set_route(session, "registrations", "101", "C0PHONES")
    assert found(quiet) == []
