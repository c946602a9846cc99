"""An HR system that can be asked for employees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.handlers.onboarding.hr_driver import HrDriver, with_settings
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
    """An HR driver whose context may ask the stand-in."""
    return with_settings(hr_driver, **{name.lower(): value for name, value in hr.environment().items()})
