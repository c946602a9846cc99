"""What the owner of a mailbox reads, and what is uploaded."""

from __future__ import annotations

import pytest

from handlers.slack.blocks import SlackFile
from handlers.voicemail.messages import HEARD, VoicemailReceived, VoicemailRecording, VoicemailWithoutOwner
from tests.factories import NOON

RECORDING = VoicemailRecording(mailbox="102_abc", message_id="1-0", number="102", caller="101", at=NOON)


def test_the_owner_reads_who_called_when_and_for_how_long_and_how_the_lamp_goes_out() -> None:
    content = VoicemailReceived(
        message=7, number="102", caller="101", caller_name="Alice", at=NOON, seconds=12
    )
    message = content.render()
    assert message.text.startswith("📼 *Voicemail from 101 Alice* · 12 s · <!date^1800000000^{time}|")
    assert "dial 102" in str(message.blocks)
    elsewhere = content.model_copy(update={"number": ""}).render()
    assert "once you press the button" in str(elsewhere.blocks)
    assert "dial" not in str(elsewhere.blocks)
    (button,) = message.blocks[-1]["elements"]
    assert (button["action_id"], button["value"]) == (HEARD, "7")


def test_once_heard_there_is_no_button() -> None:
    content = VoicemailReceived(message=7, number="102", at=NOON, heard=True)
    assert "Voicemail from an unknown caller" in content.render().text
    assert [block["type"] for block in content.render().blocks] == ["section", "context"]


def test_the_recording_is_uploaded_under_a_name_of_its_own() -> None:
    message = RECORDING.model_copy(update={"audio": b"RIFF", "caller_name": "Alice"}).render()
    assert message.file == SlackFile("voicemail-102_abc-1-0.wav", "Voicemail from 101 Alice", b"RIFF")
    assert message.blocks == []


@pytest.mark.parametrize("suffix", ["WAV", "gsm"])
def test_what_hardly_plays_in_slack_says_so(suffix: str) -> None:
    file = RECORDING.model_copy(update={"audio": b"RIFF", "format": suffix}).render().file
    assert file
    assert file.title == f"Voicemail from 101 ({suffix}: download it to listen)"
    assert file.name.endswith(f".{suffix.lower()}")


def test_a_recording_that_is_not_there_any_more_is_told_in_words() -> None:
    message = RECORDING.model_copy(update={"unavailable": "it was deleted on the phone"}).render()
    assert message.file is None
    assert "is not here*: it was deleted on the phone. To hear your messages, dial 102" in message.text
    gone = RECORDING.model_copy(update={"unavailable": "it was deleted on the phone", "number": ""})
    assert gone.render().text.endswith("it was deleted on the phone")


def test_the_audio_is_neither_stored_nor_shown_by_accident() -> None:
    loaded = RECORDING.model_copy(update={"audio": b"private", "format": "gsm", "unavailable": "x"})
    assert loaded.as_json() == RECORDING.as_json()
    assert "private" not in repr(loaded) + repr(loaded.render())


def test_the_admins_read_what_to_type_for_a_mailbox_without_an_owner() -> None:
    message = VoicemailWithoutOwner(number="102", name="Bob").render()
    assert "the voicemails of 102 Bob" in message.text
    assert "/ext set 102 @user" in str(message.blocks)
    assert "dial 102 there" in str(message.blocks)
    elsewhere = VoicemailWithoutOwner(number="102", name="Bob", is_dialled=False).render()
    assert "dial 102" not in str(elsewhere.blocks)
    assert "/ext status 102 says what your dialplan needs" in str(elsewhere.blocks)
