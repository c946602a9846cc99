"""What keeps callers from leaving messages is found, where an extension is to take them."""

from __future__ import annotations

import os
import pwd

import pytest

from pbx.doctor.findings import NothingToCheck
from pbx.doctor.voicemail_checks import mailboxes
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.configuration import VOICEMAIL_CONF
from tests.pbx.conftest import ServicesOn
from tests.pbx.doctor.faults import only
from tests.pbx.extension_driver import create_live


def test_without_voicemail_there_is_nothing_to_check(services: Services) -> None:
    create_live(services, "101")
    with pytest.raises(NothingToCheck, match="voicemail_enabled=true"):
        list(mailboxes(services))


def test_a_file_that_asterisk_may_not_write_is_found_also_without_voicemail(
    asterisk: Asterisk, services_on: ServicesOn
) -> None:
    services = services_on(asterisk, VOICEMAIL_CONF="ours.conf")
    theirs, ours = (services.settings.asterisk_config_dir / name for name in ("voicemail.conf", "ours.conf"))
    theirs.write_text(VOICEMAIL_CONF + "#include ours.conf\n")
    ours.write_text("")
    if os.geteuid() == 0:  # who may write anything
        os.chown(theirs, pwd.getpwnam("nobody").pw_uid, -1)
    ours.chmod(0o440)
    finding = only(mailboxes, services)
    assert "may not write" in finding.seen
    assert "chmod 660" in finding.remedy
    ours.chmod(0o666)
    with pytest.raises(NothingToCheck):
        list(mailboxes(services))


def test_what_a_mailbox_needs_is_found_missing(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101", voicemail_enabled=True)
    assert list(mailboxes(services)) == []
    asterisk.cli("module unload res_pjsip_mwi_body_generator.so")
    try:
        assert "module load res_pjsip_mwi_body_generator.so" in only(mailboxes, services).remedy
    finally:
        asterisk.cli("module load res_pjsip_mwi_body_generator.so")
    asterisk.cli("module unload app_voicemail.so")
    try:
        assert "module load app_voicemail.so" in only(mailboxes, services).remedy
    finally:
        asterisk.cli("module load app_voicemail.so")


def test_a_mailbox_that_asterisk_lost_and_a_file_that_is_gone_are_found(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101", voicemail_enabled=True)
    path = services.settings.voicemail_path
    path.write_text(VOICEMAIL_CONF)
    asterisk.cli("module reload app_voicemail.so")
    finding = only(mailboxes, services)
    assert finding.seen == "Asterisk does not show the mailbox of 101"
    assert "/ext verify 101" in finding.remedy
    path.unlink()
    assert "does not exist" in only(mailboxes, services).seen


def test_an_asterisk_without_prompts_is_found(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101", voicemail_enabled=True)
    sounds, away = asterisk.folder / "data/sounds", asterisk.folder / "data/away"
    sounds.rename(away)
    try:
        assert "apt install asterisk-core-sounds-en" in only(mailboxes, services).remedy
    finally:
        away.rename(sounds)
