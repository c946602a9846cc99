"""Which checks are run, for the whole system and for one number."""

from __future__ import annotations

from pbx.doctor import checks, number_checks
from pbx.doctor.findings import Report
from pbx.doctor.number_checks import OneNumber
from pbx.doctor.running import run
from pbx.services import Services


def of_system(services: Services) -> Report:
    return run(checks.CHECKS, services)


def of_number(services: Services, number: str) -> Report:
    """Examine one number, after the phone system, whose faults would be the cause of the number's."""
    report = run(checks.CHECKS, services)
    return run(number_checks.CHECKS, OneNumber(services, number), report)
