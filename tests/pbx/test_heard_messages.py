"""A real Asterisk moves a message to the old ones, with no more rights than Switchhook has."""

from __future__ import annotations

import pytest

from pbx.errors import Refusal
from pbx.heard_messages import mark_heard
from settings import Settings
from tests.asterisk_bed import Asterisk
from tests.pbx.doctor.faults import manager_conf
from tests.server import settings_for
from tests.voicemail_files import add_mailbox, leave

MAILBOX = "102_abcdefgh"


@pytest.fixture
def settings(fresh_asterisk: Asterisk) -> Settings:
    """Of an Asterisk that has Bob's mailbox."""
    add_mailbox(fresh_asterisk, MAILBOX)
    return settings_for(fresh_asterisk, "sqlite://")


def folders(settings: Settings) -> dict[str, int]:
    """How many messages each folder of the mailbox has."""
    mailbox = settings.voicemail_spool / "switchhook" / MAILBOX
    return {each.name: len(list(each.glob("*.txt"))) for each in mailbox.iterdir()}


@pytest.mark.parametrize("folder", ["INBOX", "Urgent"])
def test_a_new_message_becomes_an_old_one(settings: Settings, fresh_asterisk: Asterisk, folder: str) -> None:
    leave(settings.voicemail_spool, MAILBOX, "1-0", folder=folder)
    leave(settings.voicemail_spool, MAILBOX, "2-0", folder=folder, index=1)
    mark_heard(settings, MAILBOX, "2-0", "102")
    assert folders(settings)["Old"] == 1
    assert folders(settings)[folder] == 1
    mark_heard(settings, MAILBOX, "1-0", "102")
    assert folders(settings)[folder] == 0
    assert "102_abcdefgh" in fresh_asterisk.cli("voicemail show users for switchhook")


def test_one_that_was_heard_already_is_where_it_should_be(settings: Settings) -> None:
    leave(settings.voicemail_spool, MAILBOX, "1-0", folder="Old")
    mark_heard(settings, MAILBOX, "1-0", "102")
    assert folders(settings)["Old"] == 1


def test_one_that_is_gone_is_told(settings: Settings) -> None:
    leave(settings.voicemail_spool, MAILBOX, "2-0", folder="Old")
    with pytest.raises(Refusal, match=r"heard or deleted on the phone already, .* Dial 102"):
        mark_heard(settings, MAILBOX, "1-0", "102")


def test_a_message_whose_caller_claims_the_id_of_another_moves_neither(settings: Settings) -> None:
    leave(settings.voicemail_spool, MAILBOX, "1-0")
    forged = leave(settings.voicemail_spool, MAILBOX, "2-0", index=1)
    forged.write_bytes(forged.read_bytes().replace(b"rdnis=unknown", b"rdnis=\nmsg_id=1-0"))
    with pytest.raises(Refusal, match="what the caller sent keeps Asterisk from finding it"):
        mark_heard(settings, MAILBOX, "2-0", "102")
    assert folders(settings)["INBOX"] == 2


def test_without_the_right_the_way_by_phone_is_told(settings: Settings, fresh_asterisk: Asterisk) -> None:
    leave(settings.voicemail_spool, MAILBOX, "1-0")
    without = manager_conf(fresh_asterisk, "reporting,user", "reporting")
    with without, pytest.raises(Refusal, match="does not let Switchhook do that: dial 102 on your phone"):
        mark_heard(settings, MAILBOX, "1-0", "102")
