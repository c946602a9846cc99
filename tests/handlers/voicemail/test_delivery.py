"""Each message reaches whose it was when it was recorded, with its audio, once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlmodel import delete, update

from models import audit
from models.actor import SWITCHHOOK
from models.extension import Extension, State
from models.outbox import OutboxMessage
from models.voicemail_message import NEW_FOR, VoicemailMessage
from pbx import voicemail
from pbx.publishing import identity
from tests.factories import insert_extension, outbox_messages
from tests.handlers.voicemail.conftest import BOB, BOBS_DM, CAROL, MAILBOX, VoicemailBed, ago
from tests.server import ADMIN_ID
from tests.voicemail_files import leave, wav

ADMINS_DM = "D" + ADMIN_ID[1:]


def give_to(bed: VoicemailBed, user_id: str | None, before: str | None = BOB) -> None:
    """Name another Slack user, as /ext set does it."""
    with bed.services.database.session() as session:
        session.exec(update(Extension).values(slack_user_id=user_id))
        audit.record(session, SWITCHHOOK, "changed", "102", {"slack_user_id": [before, user_id]})


def test_the_owner_gets_words_and_audio_once(bed: VoicemailBed) -> None:
    bed.leave("1-0")
    bed.deliver()
    bed.deliver()
    words, recording = bed.messages()
    assert words.text.startswith("📼 *Voicemail from 101 Alice*")
    assert recording.content["files"][0]["title"] == "Voicemail from 101 Alice"
    assert bed.files() == [wav(2)]
    assert bed.slack.messages("C0PHONES") == bed.slack.messages(ADMINS_DM) == []


def test_a_listener_that_begins_anew_sends_nothing_again(bed: VoicemailBed) -> None:
    bed.leave("1-0")
    bed.deliver()
    bed.restarted().deliver()
    assert len(bed.messages()) == 2


def test_what_waited_for_slack_when_a_backup_was_restored_is_found_once_more(bed: VoicemailBed) -> None:
    inbox = bed.leave("1-0").parent
    os.utime(inbox, (0, 0))  # it has not changed for a while
    bed.delivery.store_new()
    with bed.services.database.session() as session:
        session.exec(delete(VoicemailMessage))
        session.exec(delete(OutboxMessage))
    bed.deliver()
    assert bed.messages() == []  # the folder is remembered
    identity.renew(bed.services.database)
    bed.deliver()
    bed.deliver()
    assert bed.files() == [wav(2)]


def test_files_that_are_renamed_are_the_messages_that_they_were(bed: VoicemailBed) -> None:
    first, second = (
        bed.leave("1-0", audio={"wav": wav(1, 1)}),
        bed.leave("2-0", index=1, audio={"wav": wav(1, 2)}),
    )
    bed.delivery.store_new()
    for old, new in ((second, first), (second.with_suffix(".wav"), first.with_suffix(".wav"))):
        old.rename(new)
    bed.leave("3-0", index=1, audio={"wav": wav(1, 3)})
    bed.deliver(20)
    texts = [each.text for each in bed.messages() if not each.content.get("files")]
    assert bed.files() == [wav(1, 2), wav(1, 3)]
    assert len(texts) == 4
    assert ["it was deleted on the phone" in text for text in texts].count(True) == 1


def test_a_message_that_was_heard_on_the_phone_meanwhile_is_sent_all_the_same(bed: VoicemailBed) -> None:
    text = bed.leave("1-0")
    bed.delivery.store_new()
    old = text.parent.with_name("Old")
    text.parent.rename(old)
    bed.deliver()
    assert bed.files() == [wav(2)]


def test_one_that_is_marked_as_urgent_is_new_too(bed: VoicemailBed) -> None:
    bed.leave("1-0", folder="Urgent")
    bed.deliver()
    assert bed.files() == [wav(2)]


@pytest.mark.parametrize("folder", ["Old", "tmp", "Work"])
def test_what_is_not_new_is_not_sent(bed: VoicemailBed, folder: str) -> None:
    bed.leave("1-0", folder=folder)
    bed.leave("2-0", at=ago(days=NEW_FOR.days + 1))
    bed.deliver()
    assert bed.messages() == []


def test_who_has_the_extension_now_never_gets_what_was_left_for_the_one_before(bed: VoicemailBed) -> None:
    bed.leave("1-0", at=ago(hours=2))
    give_to(bed, CAROL)
    bed.leave("2-0", index=1, audio={"wav": wav(1)}, at=ago(hours=-1))
    bed.deliver(10)
    assert bed.files() == [wav(2)]
    assert bed.files("D0CAROL01") == [wav(1)]


def test_who_gets_the_extension_while_slack_is_away_gets_nothing_of_before(bed: VoicemailBed) -> None:
    bed.slack.fail_until_cleared("chat.postMessage", status=500)
    bed.slack.fail_until_cleared("files.getUploadURLExternal", status=500)
    bed.leave("1-0")
    bed.deliver()
    give_to(bed, CAROL)
    bed.slack.clear_faults()
    bed.deliver(180)
    assert bed.files() == [wav(2)]
    assert bed.messages("D0CAROL01") == []


def test_a_clock_that_is_behind_gives_no_message_to_who_had_the_number_before(bed: VoicemailBed) -> None:
    with bed.services.database.session() as session:
        audit.record(session, SWITCHHOOK, audit.DELETED, "103", {"slack_user_id": [BOB, None]})
    created = ago(seconds=0)
    insert_extension(bed.services, "103", slack_user_id=CAROL, created_at=created, voicemail_enabled=True)
    with bed.services.database.session() as session:
        audit.record(session, SWITCHHOOK, audit.CREATED, "103", {"slack_user_id": [None, CAROL]})
    leave(bed.spool, voicemail.mailbox("103", created), "1-0", at=ago(seconds=20))
    bed.deliver()
    assert bed.files("D0CAROL01") == [wav(2)]
    assert bed.messages() == bed.slack.messages(ADMINS_DM) == []


def test_a_mailbox_of_an_extension_that_was_deleted_is_nobodys(bed: VoicemailBed) -> None:
    leave(bed.spool, "102_abcdefgh", "1-0")
    leave(bed.spool, "103_abcdefgh", "2-0")
    insert_extension(bed.services, "103", slack_user_id=CAROL)
    bed.deliver()
    assert outbox_messages(bed.services) == []


def test_without_a_slack_user_the_admins_are_told_once_and_nobody_hears_it(bed: VoicemailBed) -> None:
    give_to(bed, None)
    bed.leave("1-0", at=ago(seconds=-1))
    bed.leave("2-0", index=1, at=ago(seconds=-1))
    bed.deliver()
    (told,) = bed.slack.messages(ADMINS_DM)
    assert "Nobody in Slack gets the voicemails of 102 Bob" in told.text
    give_to(bed, BOB, None)
    bed.deliver()
    assert bed.messages() == bed.slack.messages("C0PHONES") == []
    bed.leave("3-0", index=2, at=ago(seconds=-5))
    bed.deliver()
    assert bed.files() == [wav(2)]
    assert len(bed.slack.messages(ADMINS_DM)) == 1


@pytest.mark.parametrize("owner", [BOB, None])
def test_nobody_is_told_to_dial_a_number_that_the_administrators_steps_answer(
    bed: VoicemailBed, owner: str | None
) -> None:
    give_to(bed, owner)
    with bed.services.database.session() as session:
        session.exec(update(Extension).values(state=State.LIVE, reason="steps by hand"))
    bed.leave("1-0", at=ago(seconds=-1))
    bed.deliver()
    (told,) = bed.slack.messages(BOBS_DM if owner else ADMINS_DM)[:1]
    assert "dial 102" not in str(told.content)


def test_no_audio_is_in_the_database_or_in_logs(
    bed: VoicemailBed, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    private = b"RIFF" + b"what Alice said" * 20
    caplog.set_level("DEBUG")
    bed.leave("1-0", audio={"wav": private})
    bed.slack.fail_next("upload", status=500)
    bed.slack.fail_next("files.completeUploadExternal", error="missing_scope")
    bed.deliver(200)
    assert bed.files() == [private]
    bed.services.database.close()
    assert b"what Alice said" not in (tmp_path / "switchhook.db").read_bytes()
    assert "what Alice said" not in caplog.text


def test_what_a_caller_claims_is_shown_and_not_obeyed(bed: VoicemailBed) -> None:
    bed.leave("1-0", caller='"<!channel> ' + "x" * 300 + '" <<@U0BOB0001>>')
    bed.deliver()
    assert "&lt;!channel&gt;" in bed.messages()[0].text
    assert [each.channel for each in bed.messages()] == [BOBS_DM] * 2
    assert MAILBOX in bed.messages()[1].content["files"][0]["name"]
