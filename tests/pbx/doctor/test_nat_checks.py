"""The addresses that phones are told are looked at in a real Asterisk."""

from __future__ import annotations

import pytest

from pbx import nat
from pbx.doctor import nat_checks
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import create, create_live
from tests.pbx.nat_driver import EXTERNAL, set_nat
from tests.sip_client import SipClient
from tests.slash_commands import TESTER


@pytest.mark.usefixtures("impatient")
def test_what_asterisk_has_is_compared_with_what_is_set(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    assert list(nat_checks.nat_addresses(services)) == []
    set_nat(services, media=EXTERNAL, local="192.168.1.0/24")
    assert list(nat_checks.nat_addresses(services)) == []
    path = services.settings.pjsip_path
    path.write_text(path.read_text().replace(EXTERNAL, "203.0.113.66"))
    asterisk.cli("module reload res_pjsip.so")
    (finding,) = nat_checks.nat_addresses(services)
    assert "external_media_address is '203.0.113.66' instead of '203.0.113.7'" in finding.seen
    nat.clear(services, by=TESTER)
    assert list(nat_checks.nat_addresses(services)) == []


def test_an_address_that_nobody_reaches_is_found(services: Services) -> None:
    set_nat(services, media="10.0.0.1")
    (finding,) = nat_checks.nat_addresses(services)
    assert finding.seen.startswith("the external address 10.0.0.1 is a private address")


def test_phones_are_asked_for_where_they_are(services: Services, asterisk: Asterisk) -> None:
    """As this machine has it: a phone on the machine itself is no phone outside."""
    secret = create(services, "101").secret
    assert secret
    with SipClient(asterisk, "101", secret.get_secret_value(), "127.0.0.2") as phone:
        phone.register()
        assert list(nat_checks.nat_addresses(services)) == []
