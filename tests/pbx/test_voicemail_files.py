"""voicemail.conf beside the two other files: shown before it is written, kept, put back, and guarded."""

from __future__ import annotations

import pytest

from models.extension import State
from models.fields import Changes
from pbx import config_files, extensions, restore_files, versions
from pbx.adoption import release_preview
from pbx.config import reader
from pbx.drift import look
from pbx.errors import PhonesAtRisk
from pbx.publish import publish
from pbx.publishing import dry_run, identity
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.configuration import VOICEMAIL_CONF
from tests.pbx.extension_driver import create_live, insert, reason
from tests.pbx.voicemail_driver import enable, has_mailbox, mailbox_of
from tests.slash_commands import TESTER

pytestmark = pytest.mark.usefixtures("impatient")


def test_a_dry_run_shows_the_mailbox_and_no_pin_of_the_administrators(services: Services) -> None:
    create_live(services, "102")
    insert(services, "101", voicemail_enabled=True)
    found = dry_run.look(services)
    added = [line for line in found.diff if line.startswith("+") and "Extension 101,,,attach=no" in line]
    assert len(added) == 1
    assert "app_voicemail" in found.reloads
    assert "1111" not in "\n".join(found.diff)
    assert services.settings.voicemail_path.read_text() == VOICEMAIL_CONF


def test_versions_have_it_from_the_first_mailbox_on_and_go_back_to_it(services: Services) -> None:
    create_live(services, "101")
    enable(services)
    name, written = mailbox_of(services), services.settings.voicemail_path.read_bytes()
    enable(services, on=False)
    assert not has_mailbox(services, name)
    kept = versions.listed(services.settings)
    contents = [versions.read(services.settings, version).voicemail for version in kept]
    assert contents == [None, VOICEMAIL_CONF.encode(), written]
    assert not any(version.block_edited or version.outside_edited for version in kept)
    shown = restore_files.preview(services, kept[-1].name)
    assert any("Extension 101,,,attach=no" in line for line in shown.diff)
    restore_files.restore(services, shown, by=TESTER)
    assert services.settings.voicemail_path.read_bytes() == written
    assert has_mailbox(services, name)
    publish(services)
    assert not has_mailbox(services, name)


def test_a_version_from_before_voicemail_leaves_the_file_alone(services: Services) -> None:
    create_live(services, "101")
    enable(services)
    written = services.settings.voicemail_path.read_bytes()
    original = restore_files.preview(services, "original")
    assert not any("voicemail.conf" in line for line in original.diff)
    restore_files.restore(services, original, by=TESTER)
    assert services.settings.voicemail_path.read_bytes() == written


def test_an_edited_mailbox_is_told_of_and_put_back(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    enable(services)
    path = services.settings.voicemail_path
    written = path.read_text()
    path.write_text(written.replace("attach=no", "attach=no|delete=yes"))
    (drift,) = look.look(services).drifts
    assert (drift.kind, drift.subject) == ("edited", "101")
    assert "the lines of 101 in pjsip.conf or extensions.conf or voicemail.conf were edited" in drift.text
    publish(services)
    assert "delete=yes" not in path.read_text()
    path.write_text(path.read_text().replace("sendvoicemail=no\n", "sendvoicemail=no\n200 => 4711,Bob\n"))
    edited = path.read_text()
    publish(services)
    assert path.read_text() == edited
    (drift,) = look.look(services).drifts
    assert "voicemail.conf has 200: that is not Switchhook's" in drift.text
    assert "4711" not in drift.text


def test_mailboxes_of_another_database_are_guarded(services: Services) -> None:
    create_live(services, "101")
    enable(services)
    other = identity.UNKNOWN._replace(identity="2f1c9a52-7f0e-4c55-9a0e-6f6f1d3c8b11", writes=7)
    path, text = services.settings.voicemail_path, reader.read(services.settings).blocks.voicemail
    managed = config_files.read(path)
    path.write_bytes(managed.with_block(text + "102_glahmndi => -none,Extension 102,,,attach=no\n", other))
    with pytest.raises(
        PhonesAtRisk, match=r"voicemail\.conf has mailboxes that another .*1 would go \(102\)"
    ):
        publish(services)


def test_a_phone_with_voicemail_is_not_released(services: Services) -> None:
    create_live(services, "101", voicemail_enabled=True)
    (refused,) = release_preview.preview(services, ["101"]).refused
    assert "/ext set 101 voicemail_enabled=false first" in refused.reason


def test_an_adopted_phone_keeps_its_own_mailbox(services: Services) -> None:
    create_live(services, "101")
    row = extensions.get(services, "101")
    row.adopted_options = {"endpoint": [["mailboxes", "101@default"]]}
    with services.database.session() as session:
        session.merge(row)
    extensions.change(services, "101", Changes(voicemail_enabled=True), by=TESTER)
    assert extensions.get(services, "101").state is State.FAILED
    assert "has a mailbox of your own" in reason(services, "101")
