"""The table of checks of one number, in the order of causes."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.doctor.findings import Check
from pbx.services import Services


@dataclass(frozen=True)
class OneNumber:
    """What these checks look at."""

    services: Services
    number: str


# They may need those of pbx/doctor/checks.py, which are run before them.
CHECKS: tuple[Check[OneNumber], ...] = ()
