"""What keeps recordings from their owners is found, with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pbx.doctor.findings import NothingToCheck
from pbx.doctor.recording_checks import recordings
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.factories import insert_extension
from tests.pbx.doctor.faults import manager_conf, only
from tests.server import settings_for
from tests.voicemail_files import add_mailbox, leave


@pytest.fixture
def services(fresh_asterisk: Asterisk, database_url: str) -> Iterator[Services]:
    """With a mailbox."""
    built = Services.of(settings_for(fresh_asterisk, database_url))
    insert_extension(built, "102", voicemail_enabled=True)
    yield built
    built.database.close()


def with_spool(services: Services, path: Path) -> Services:
    settings = services.settings.model_copy(update={"voicemail_spool": path})
    return Services(settings, services.database, services.cipher)


def test_without_voicemail_there_is_nothing_to_check(fresh_asterisk: Asterisk, database_url: str) -> None:
    with pytest.raises(NothingToCheck, match="voicemail_enabled=true"):
        list(recordings(Services.of(settings_for(fresh_asterisk, database_url))))


def test_a_sound_installation_has_no_findings(services: Services) -> None:
    assert list(recordings(services)) == []


def test_a_spool_of_another_machine(services: Services, tmp_path: Path) -> None:
    finding = only(recordings, with_spool(services, tmp_path / "nowhere/voicemail"))
    assert f"{tmp_path}/nowhere/voicemail is not there" in finding.seen
    assert "run on the machine of Asterisk" in finding.remedy


def test_a_spool_that_is_not_asterisks(services: Services, tmp_path: Path) -> None:
    finding = only(recordings, with_spool(services, tmp_path / "voicemail"))
    its = services.settings.voicemail_spool
    assert finding.seen == f"Asterisk keeps voicemail in {its}, and VOICEMAIL_SPOOL is {tmp_path}/voicemail"
    assert f"set VOICEMAIL_SPOOL={its}" in finding.remedy


def test_a_spool_of_the_same_name_without_what_asterisk_has(
    services: Services, fresh_asterisk: Asterisk, tmp_path: Path
) -> None:
    its = services.settings.voicemail_spool
    add_mailbox(fresh_asterisk, "102_abcdefgh")
    leave(its, "102_abcdefgh", "1-0")
    assert list(recordings(services)) == []
    path = fresh_asterisk.config_dir / "asterisk.conf"
    path.write_text(path.read_text().replace(str(its.parent), str(tmp_path)))  # it goes on in the other
    finding = only(recordings, with_spool(services, tmp_path / "voicemail"))
    assert finding.seen.startswith("Asterisk has new messages in 1 of Switchhook's mailboxes, and ")
    assert finding.remedy.startswith("have the listener run on the machine of Asterisk")


def test_a_format_that_hardly_plays(services: Services, fresh_asterisk: Asterisk) -> None:
    path = fresh_asterisk.config_dir / "voicemail.conf"
    path.write_text(path.read_text().replace("format=wav", "format=wav49|gsm"))
    finding = only(recordings, services)
    assert finding.seen == "voicemail.conf has format=wav49|gsm"
    assert "have format=wav|wav49|gsm" in finding.remedy


def test_a_manager_user_that_may_not_mark_as_heard(services: Services, fresh_asterisk: Asterisk) -> None:
    with manager_conf(fresh_asterisk, "reporting,user", "reporting"):
        finding = only(recordings, services)
    assert "may not do VoicemailMove" in finding.seen
    assert "write = system,config,reporting,user" in finding.remedy


def test_asterisks_own_defaults_count_where_its_files_say_nothing(
    services: Services, fresh_asterisk: Asterisk
) -> None:
    path = fresh_asterisk.config_dir / "asterisk.conf"
    path.write_text(path.read_text().replace("[directories]", "[directories](!)"))
    (fresh_asterisk.config_dir / "voicemail.conf").write_text("")
    assert "Asterisk keeps voicemail in /var/spool/asterisk/voicemail" in only(recordings, services).seen
