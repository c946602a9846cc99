"""Certificates are looked at as Asterisk shows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pbx.doctor import certificate_checks
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.certificate import write_certificate
from tests.asterisk_bed.ports import choose_ports
from tests.dripping_server import dripping
from tests.pbx.conftest import ServicesOn
from tests.pbx.doctor.faults import only

TLS = """\
[transport-tls]
type=transport
protocol=tls
bind=127.0.0.1:{port}
cert_file={folder}/sip.pem
priv_key_file={folder}/sip.key
"""


@pytest.fixture
def services(folder: Path, services_on: ServicesOn) -> Iterator[Services]:
    """On an Asterisk whose certificates, for AMI and for phones, are valid for a day."""
    write_certificate(folder / "sip.pem", folder / "sip.key")
    tls = TLS.format(port=choose_ports().sip, folder=folder)
    asterisk = Asterisk(folder / "tls", pjsip_conf=f"{tls}method=tlsv1_2\n", tls_ami=True)
    asterisk.start()
    try:
        yield services_on(asterisk)
    finally:
        asterisk.close()


def test_certificates_that_expire_soon_are_found(services: Services) -> None:
    ami, phones = certificate_checks.of_asterisk(services)
    assert "the certificate of Asterisk's manager interface (127.0.0.1:" in ami.seen
    assert "renew tlscertfile of manager.conf" in ami.remedy
    assert "the certificate of transport-tls (127.0.0.1:" in phones.seen
    assert "renew cert_file of [transport-tls]" in phones.remedy


def test_those_that_are_valid_for_longer_are_no_finding(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificate_checks, "EXPIRES_SOON", timedelta(hours=1))
    assert list(certificate_checks.of_asterisk(services)) == []


def test_where_nobody_speaks_tls_there_is_nothing_to_expire(asterisk: Asterisk) -> None:
    assert certificate_checks.expiry("127.0.0.1", 1) is None
    assert certificate_checks.expiry("127.0.0.1", asterisk.ami_port) is None


def test_a_transport_that_speaks_old_tls_alone_is_found(folder: Path, folder_asterisk: ServicesOn) -> None:
    write_certificate(folder / "sip.pem", folder / "sip.key")
    port = choose_ports().sip
    services = folder_asterisk(TLS.format(port=port, folder=folder))
    finding = only(certificate_checks.tls_versions, services)
    assert finding.seen.startswith(f"transport-tls (127.0.0.1:{port}) does not speak TLS 1.2 or newer (")
    assert "have method=tlsv1_2" in finding.remedy


def test_one_that_speaks_todays_is_no_finding(services: Services) -> None:
    assert list(certificate_checks.tls_versions(services)) == []


def test_a_server_that_shakes_hands_byte_after_byte_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(certificate_checks, "SECONDS", 0.3)
    with dripping(b"\x16\x03\x03\x10\x00") as port:  # the head of a record of 4,096 bytes
        assert certificate_checks.expiry("127.0.0.1", port) is None
