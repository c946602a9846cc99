"""Ask the stand-in of an HR system for one employee."""

from __future__ import annotations

from datetime import date
from typing import Any

from handlers.hr import lookup
from handlers.hr.employee import EmployeeEvent
from handlers.hr.lookup import Access
from tests.handlers.hr.conftest import settings_with
from tests.hr_stand_in import HrStandIn

TODAY = date(2026, 2, 1)


def access(hr: HrStandIn, source: str, **other: str) -> Access:
    values = {name.lower(): value for name, value in hr.environment().items()} | other
    found = lookup.access_to(source, settings_with(**values))
    assert found is not None
    return found


def joined(external_id: str = "67890", **more: Any) -> EmployeeEvent:
    return EmployeeEvent(kind="joined", external_id=external_id, **more)


def look_up(hr: HrStandIn, source: str = "bamboohr", event: EmployeeEvent | None = None) -> EmployeeEvent:
    return lookup.look_up(access(hr, source), event or joined(), TODAY)
