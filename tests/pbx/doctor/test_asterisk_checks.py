"""Each fault is put into a real Asterisk and found by its check; a sound one has none."""

from __future__ import annotations

from pbx.doctor import asterisk_checks
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.conftest import ServicesOn


def test_a_sound_asterisk_has_no_findings(services: Services) -> None:
    assert list(asterisk_checks.ami(services)) == []


def test_an_asterisk_that_is_down_is_found(quiet: Services) -> None:
    (finding,) = asterisk_checks.ami(quiet)
    assert "127.0.0.1:1 does not answer" in finding.seen
    assert "is Asterisk running" in finding.remedy


def test_a_wrong_secret_is_found(services_on: ServicesOn, asterisk: Asterisk) -> None:
    (finding,) = asterisk_checks.ami(services_on(asterisk, AMI_SECRET="wrong"))
    assert "refused the login of 'switchhook'" in finding.seen
    assert "AMI_SECRET" in finding.remedy
