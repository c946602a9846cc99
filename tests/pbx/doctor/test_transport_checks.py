"""Transports that a real Asterisk could not start are found, with a real program on their port."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from models.fields import NewExtension
from pbx import extensions
from pbx.doctor import transport_checks
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.conftest import ServicesOn
from tests.pbx.doctor.faults import only
from tests.slash_commands import TESTER

HAND = "[transport-{0}]\ntype=transport\nprotocol={0}\nbind=127.0.0.1:{1}\n"


@pytest.fixture
def taken() -> Iterator[int]:
    """A UDP port that another program has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        yield other.getsockname()[1]


def test_transports_that_listen_are_no_finding(services: Services) -> None:
    assert list(transport_checks.transports(services)) == []
    extensions.create(services, NewExtension(number="101", name="Alice"), by=TESTER)
    extensions.create(services, NewExtension(number="102", name="Bob", transport="tcp"), by=TESTER)
    assert list(transport_checks.transports(services)) == []


def test_a_port_that_another_program_has_is_found_by_an_extension(
    folder_asterisk: ServicesOn, taken: int
) -> None:
    services = folder_asterisk("")
    services.settings.pjsip_path.write_text(HAND.format("udp", taken))
    extensions.create(services, NewExtension(number="101", name="Alice"), by=TESTER)
    finding = only(transport_checks.transports, services)
    assert f"has not started transport-udp, which is to listen at 127.0.0.1:{taken} (udp; " in finding.seen
    assert f"ss -lunp 'sport = :{taken}'" in finding.remedy


def test_a_transport_of_switchhooks_own_is_looked_at_too(folder_asterisk: ServicesOn, taken: int) -> None:
    services = folder_asterisk("", SIP_BIND=f"127.0.0.1:{taken}")
    extensions.create(services, NewExtension(number="101", name="Alice"), by=TESTER)
    assert "in Switchhook's block" in only(transport_checks.transports, services).seen


def test_a_transport_that_nothing_listens_for_is_found_without_an_extension(
    services: Services, asterisk: Asterisk
) -> None:
    path = asterisk.config_dir / "pjsip.conf"
    text = path.read_text()
    path.write_text(text + HAND.format("tls", 1))
    finding = only(transport_checks.transports, services)
    assert "ss -ltnp 'sport = :1'" in finding.remedy
    far = services.settings.model_copy(update={"ami_host": "192.0.2.7"})
    elsewhere = Services(far, services.database, services.cipher)
    assert list(transport_checks.transports(elsewhere)) == []
