"""An HR system that can be asked for employees, and a delivery that failed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.handlers.onboarding.admin_actions import create
from tests.handlers.onboarding.hr_driver import HrDriver, joined, with_settings
from tests.hr_stand_in import HrStandIn


@pytest.fixture
def hr() -> Iterator[HrStandIn]:
    with HrStandIn() as running:
        running.hire_in_bamboo(
            "e1",
            displayName="Alice",
            workEmail="alice@example.com",
            department="Sales",
            hireDate="2026-01-01",
        )
        running.hire_in_bob("e1", root_displayName="Alice", root_email="alice@example.com")
        yield running


@pytest.fixture
def asker(hr_driver: HrDriver, hr: HrStandIn) -> HrDriver:
    """Return an HR driver that may ask the stand-in."""
    return with_settings(hr_driver, **{name.lower(): value for name, value in hr.environment().items()})


@pytest.fixture
def failed(hr_driver: HrDriver) -> int:
    """Return a delivery that wants a number that somebody has."""
    create(hr_driver, "150", "Bob")
    return hr_driver.deliver(joined(name="Alice", wanted_number="150"))
