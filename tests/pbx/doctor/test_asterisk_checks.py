"""Each fault is put into a real Asterisk and found by its check; a sound one has none."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from models.fields import NewExtension
from pbx import extensions
from pbx.doctor import asterisk_checks
from pbx.doctor.checks import CHECKS
from pbx.doctor.findings import NothingToCheck
from pbx.doctor.fixes import FIXES, carry_out
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.conftest import ServicesOn
from tests.pbx.doctor.faults import checked, only
from tests.pbx.extension_driver import create
from tests.slash_commands import TESTER


def test_in_a_sound_phone_system_every_check_is_carried_out_and_finds_nothing(services: Services) -> None:
    extensions.create(services, NewExtension(number="101", name="Alice"), by=TESTER)
    report = checked(CHECKS, services)
    assert report.findings == ()
    absent = [slug for slug, _ in report.absent]
    assert absent == [
        "voicemail",
        "web-phones",
        "calls-out",
        "trunk",
        "providers",
        "emergency",
        "recordings",
        "call-records",
        "api-tokens",
    ]
    assert [slug for slug, _ in report.checked] == [
        check.slug for check in CHECKS if check.slug not in absent
    ]


def test_slugs_are_unique_and_what_a_check_needs_stands_above_it() -> None:
    slugs = [check.slug for check in CHECKS]
    assert len(set(slugs)) == len(slugs)
    for at, check in enumerate(CHECKS):
        assert set(check.needs) <= set(slugs[:at]), check.slug


def test_an_asterisk_that_is_down_is_found(quiet: Services) -> None:
    finding = only(asterisk_checks.ami, quiet)
    assert "127.0.0.1:1 does not answer" in finding.seen
    assert "is Asterisk running" in finding.remedy


def test_a_wrong_secret_is_found(services_on: ServicesOn, asterisk: Asterisk) -> None:
    finding = only(asterisk_checks.ami, services_on(asterisk, AMI_SECRET="wrong"))
    assert "refused the login of 'switchhook'" in finding.seen
    assert "AMI_SECRET" in finding.remedy


def test_an_old_asterisk_is_found(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(asterisk_checks.version(services)) == []
    monkeypatch.setattr(asterisk_checks, "OLDEST_ASTERISK", 99)
    assert "upgrade Asterisk to 99 or newer" in only(asterisk_checks.version, services).remedy


def test_a_module_that_is_not_loaded_is_found_and_the_fix_loads_it(
    services: Services, asterisk: Asterisk
) -> None:
    asterisk.cli("module unload res_pjsip_registrar.so")
    try:
        finding = only(asterisk_checks.modules, services)
        assert finding.seen == "Asterisk has not loaded res_pjsip_registrar"
        assert finding.why == "without it, no phone registers"
        assert 'asterisk -rx "module load res_pjsip_registrar.so"' in finding.remedy
        assert finding.fix == "load-modules"
        done = carry_out(services, FIXES["load-modules"], "", TESTER)
    finally:
        asterisk.cli("module load res_pjsip_registrar.so")
    assert done == "Asterisk has loaded res_pjsip_registrar"
    assert list(asterisk_checks.modules(services)) == []


def test_a_sip_that_declined_to_load_is_the_one_thing_found(folder: Path, services_on: ServicesOn) -> None:
    with closing(Asterisk(folder / "declined")) as asterisk:
        realtime = "[res_pjsip]\nendpoint/realtime=realtime,ps_endpoints\nendpoint=config,pjsip.conf,criteria=type=endpoint\n"
        (asterisk.config_dir / "sorcery.conf").write_text(realtime)
        asterisk.start()
        services = services_on(asterisk, OUTBOUND_TRUNK="trunk")
        create(services, "101")
        (finding,) = checked(CHECKS, services).findings
    assert finding.seen.startswith("res_pjsip is there, but it declined to load")
    assert "grep -B 9 'res_pjsip declined to load'" in finding.remedy


def test_phones_in_browsers_without_asterisks_http_server_are_found(
    folder_asterisk: ServicesOn,
) -> None:
    wss = "[transport-wss]\ntype=transport\nprotocol=wss\nbind=0.0.0.0\n"
    services = folder_asterisk(wss)
    with pytest.raises(NothingToCheck, match="no extension has transport=wss"):
        list(asterisk_checks.web_phones(services))
    extensions.create(services, NewExtension(number="101", name="Alice", transport="wss"), by=TESTER)
    finding = only(asterisk_checks.web_phones, services)
    assert finding.seen.startswith("Asterisk's HTTP server is off")
    assert finding.remedy.startswith("in http.conf, enabled=yes")


def test_registrations_that_cannot_be_kept_are_found(services: Services, asterisk: Asterisk) -> None:
    path = asterisk.folder / "lib" / "astdb.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        finding = only(asterisk_checks.registrations, services)
    assert "cannot write to its database AstDB" in finding.seen
    assert "chown asterisk:asterisk" in finding.remedy


def test_a_module_that_busy_lamps_lack_is_found_with_how_to_load_it(
    services: Services, asterisk: Asterisk
) -> None:
    assert "Unloaded" in asterisk.cli("module unload res_pjsip_dialog_info_body_generator.so")
    try:
        finding = only(asterisk_checks.lamps, services)
        assert "res_pjsip_dialog_info_body_generator" in finding.seen
        assert "“489 Bad Event”" in finding.seen
        assert 'asterisk -rx "module load res_pjsip_dialog_info_body_generator.so"' in finding.remedy
    finally:
        asterisk.cli("module load res_pjsip_dialog_info_body_generator.so")
    assert list(asterisk_checks.lamps(services)) == []
