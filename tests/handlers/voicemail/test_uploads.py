"""A recording is in Slack once, whatever breaks on the way there."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.alerts.uploads import SHOWN_WITHIN
from tests.factories import enqueue_missed, outbox_messages
from tests.handlers.alerts.posting import post_for
from tests.handlers.voicemail.conftest import BOB, BOBS_DM, VoicemailBed
from tests.server import ADMIN_ID
from tests.voicemail_files import wav

ADMINS_DM = "D" + ADMIN_ID[1:]
STEPS = ("files.getUploadURLExternal", "upload", "files.completeUploadExternal")
LATER = SHOWN_WITHIN.total_seconds() + 30


def called(bed: VoicemailBed, method: str) -> int:
    return len(bed.slack.called(method))


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"drop": True}, {"status": 429, "retry_after": 7}], ids=str
)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_is_made_good(bed: VoicemailBed, step: str, fault: dict[str, Any]) -> None:
    bed.leave("1-0")
    bed.slack.fail_next(step, **fault)
    bed.deliver(LATER)
    assert bed.files() == [wav(2)]
    assert len(bed.messages()) == 2


def test_an_upload_whose_answer_was_lost_is_found_and_not_made_again(bed: VoicemailBed) -> None:
    bed.leave("1-0")
    bed.slack.fail_next("files.completeUploadExternal", drop=True)
    bed.deliver()
    assert called(bed, "conversations.history") == 0  # Slack may be about to show it
    bed.deliver(LATER)
    assert bed.files() == [wav(2)]
    assert [called(bed, step) for step in STEPS] == [1, 1, 1]
    assert not any(row.due for row in outbox_messages(bed.services))


def test_a_listener_that_was_killed_before_it_noted_the_upload_has_not_made_it_in_vain(
    bed: VoicemailBed,
) -> None:
    bed.leave("1-0")
    bed.slack.fail_next("files.completeUploadExternal", hang=2)
    bed.poster._client.timeout = 1  # for which the poster waits for an answer
    bed.deliver()
    bed.restarted().deliver(LATER)
    assert bed.files() == [wav(2)]


def test_what_was_recorded_during_an_outage_of_hours_arrives_after_it(bed: VoicemailBed) -> None:
    for step in ("chat.postMessage", *STEPS):
        bed.slack.fail_until_cleared(step, status=503)
    bed.leave("1-0")
    bed.deliver(600)
    bed.clock.forward(4 * 3600)
    bed.slack.clear_faults()
    post_for(bed.poster, bed.clock, 120)
    assert bed.files() == [wav(2)]
    assert len(bed.messages()) == 2


def test_without_the_scope_the_admins_are_told_once_the_owner_reads_the_words_and_the_rest_waits(
    bed: VoicemailBed,
) -> None:
    granted, bed.slack.scopes = bed.slack.scopes, bed.slack.scopes.replace(",files:write", "")
    bed.leave("1-0")
    bed.leave("2-0", index=1)
    bed.deliver(300)
    assert [each.text.startswith("📼 *Voicemail from 101") for each in bed.messages()] == [True, True]
    (told,) = bed.slack.messages(ADMINS_DM)
    assert "Slack says `missing_scope`" in told.text
    bed.slack.scopes = granted
    post_for(bed.poster, bed.clock, 180)
    assert bed.files() == [wav(2), wav(2)]


def test_a_file_that_slack_finds_fault_with_is_not_lost(bed: VoicemailBed) -> None:
    bed.slack.fail_next("files.getUploadURLExternal", 2, error="invalid_arguments")
    bed.leave("1-0")
    bed.deliver(60)
    assert bed.files() == [wav(2)]
    (told,) = bed.slack.messages(ADMINS_DM)
    assert told.text.endswith("Slack says `invalid_arguments`")


def test_a_recording_that_waits_holds_up_nothing_else(bed: VoicemailBed) -> None:
    bed.slack.fail_until_cleared("files.getUploadURLExternal", error="file_uploads_disabled")
    bed.leave("1-0")
    bed.deliver(20)
    enqueue_missed(bed.services, BOB)
    post_for(bed.poster, bed.clock, 20)
    assert bed.messages()[-1].text.startswith("📵 *You missed a call")


def test_an_owner_whose_account_is_deactivated_is_reported_to_the_admins_and_nobody_else_hears_it(
    bed: VoicemailBed,
) -> None:
    bed.slack.fail_until_cleared("chat.postMessage", error="user_disabled", channel=BOBS_DM)
    bed.slack.fail_until_cleared("files.completeUploadExternal", error="user_disabled")
    bed.leave("1-0")
    bed.deliver(40)
    assert bed.messages() == []
    (told,) = bed.slack.messages(ADMINS_DM)
    assert f"<@{BOB}>*, the Slack user of extension 102: Slack says `user_disabled`" in told.text
    assert bed.leave("1-0").exists()
