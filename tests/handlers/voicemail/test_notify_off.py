"""A voicemail reaches its owner whether or not they are told of missed calls."""

from __future__ import annotations

from models import direct_alerts_off
from tests.handlers.voicemail.conftest import BOB, VoicemailBed, ago


def test_who_wants_no_missed_calls_gets_the_recording_all_the_same(bed: VoicemailBed) -> None:
    direct_alerts_off.switch_off(bed.services.database, BOB)
    bed.leave("1-0", at=ago(seconds=3))
    bed.deliver()
    assert len(bed.messages()) == 2  # the words, and the recording
