"""A call that went to voicemail is one message: the recording, or that it was missed."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from handlers.alerts import gap_missed
from handlers.alerts.call_messages import MissedCall
from models.listening_gap import ListeningGap
from models.types import now
from tests.factories import ended, store_and_alert
from tests.handlers.voicemail.conftest import BOB, VoicemailBed, ago

ALICE = "PJSIP/101-00000000"  # who calls in tests.voicemail_files


def end_call(bed: VoicemailBed, **values: Any) -> None:
    """A call that no phone took, and a mailbox did, ends."""
    fact = ended(disposition="voicemail", at=time.time())
    store_and_alert(bed.services, bed.holder, replace(fact, **{"channel": ALICE, **values}))


def missed(bed: VoicemailBed) -> list[str]:
    return [each.text for each in bed.messages() if "You missed a call" in each.text]


def test_a_call_without_a_message_is_told_as_missed_once(bed: VoicemailBed) -> None:
    end_call(bed)
    bed.deliver()
    bed.deliver()
    (message,) = bed.messages()
    assert message.text.startswith("📵 *You missed a call from 101* · ")
    assert "Went to voicemail; to call back, dial 101" in str(message.content["blocks"])


def test_a_call_that_left_a_message_is_told_by_that_alone(bed: VoicemailBed) -> None:
    bed.leave("1-0", at=ago(seconds=3))
    end_call(bed)
    bed.deliver()
    bed.deliver()
    assert len(bed.messages()) == 2  # the words, and the recording
    assert missed(bed) == []


def test_a_recording_that_was_found_before_the_call_was_told_to_have_ended_counts(bed: VoicemailBed) -> None:
    bed.leave("1-0", at=ago(seconds=3))
    bed.deliver()
    end_call(bed)
    bed.deliver()
    assert missed(bed) == []


def test_a_recording_of_another_call_does_not_count(bed: VoicemailBed) -> None:
    bed.leave("1-0", at=ago(hours=3))  # by a channel of that name, before Asterisk was started anew
    end_call(bed)
    end_call(bed, linkedid="2.2", channel="PJSIP/103-00000007")
    bed.deliver(20)
    assert len(missed(bed)) == 2


def test_a_spool_that_cannot_be_read_holds_no_missed_call_back(bed: VoicemailBed) -> None:
    bed.spool.mkdir(exist_ok=True)
    bed.spool.rename(bed.spool.with_name("elsewhere"))
    end_call(bed)
    bed.restarted().deliver()
    assert len(missed(bed)) == 1


def test_of_calls_while_nobody_listened_those_are_told_that_left_no_message(bed: VoicemailBed) -> None:
    at = time.time()
    calls = [
        MissedCall(caller=number, at=at, disposition="voicemail", channel=channel, while_away=True)
        for number, channel in (("101", ALICE), ("103", "PJSIP/103-00000007"), ("104", "PJSIP/104-00000009"))
    ]
    bed.leave("1-0", at=datetime.fromtimestamp(at - 3, UTC))
    since = now()
    gap = ListeningGap(
        id=1, since=since, until=since, after_event=0, going_on=[], unfinished=[], look_at=since
    )
    with bed.services.database.session() as session:
        gap_missed.enqueue(session, gap, BOB, calls)
    bed.deliver()
    (told,) = [each.text for each in bed.messages() if "you missed 2 calls" in each.text]
    assert [line.rpartition(" *")[2] for line in told.splitlines()[1:]] == [
        "103* · went to voicemail",
        "104* · went to voicemail",
    ]
