"""What the tests of the doctor of one number say over and over."""

from __future__ import annotations

from typing import Any

from pbx.doctor import number_checks
from pbx.doctor.findings import Finding, Report
from pbx.doctor.fixes import FIXES, carry_out
from pbx.doctor.one_number import OneNumber
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.pbx.doctor.faults import checked
from tests.pbx.extension_driver import create
from tests.slash_commands import TESTER


def examined(services: Services, number: str = "101") -> Report:
    """The checks of the number alone, without those of the system."""
    return checked(number_checks.CHECKS, OneNumber(services, number))


def the_finding(services: Services, number: str = "101") -> Finding:
    """The one thing that is wrong."""
    (found,) = examined(services, number).findings
    return found


def first(services: Services, number: str = "101") -> Finding:
    return examined(services, number).findings[0]


def mend(services: Services, found: Finding, number: str = "101") -> str:
    """What came of the fix that a finding offers."""
    assert found.fix
    return carry_out(services, FIXES[found.fix], number, TESTER)


def phone_of(services: Services, asterisk: Asterisk, number: str = "101", **settings: Any) -> Phone:
    """The phone of a new extension, not registered yet; it is not asked whether it is there, as it may answer late."""
    secret = create(services, number, **{"qualify_frequency": 0} | settings).secret
    assert secret
    return Phone(number, secret.get_secret_value(), asterisk.sip_domain)
