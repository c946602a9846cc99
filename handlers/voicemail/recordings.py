"""Gives a recording its audio at the moment in which it is sent."""

from __future__ import annotations

from handlers.slack.message_content import NotReady
from handlers.voicemail.messages import VoicemailRecording
from pbx import voicemail_recording
from pbx.voicemail_recording import TooLarge
from settings import Settings

AGAIN_SECONDS = 30.0


def with_audio(message: VoicemailRecording, settings: Settings) -> VoicemailRecording:
    """Return the message with its audio, or with why there is none. Raises NotReady: it cannot be read yet."""
    try:
        found = voicemail_recording.find(settings.voicemail_spool, message.mailbox, message.message_id)
    except TooLarge:
        return message.model_copy(update={"unavailable": "it is too long to be sent"})
    except OSError as error:
        raise NotReady(f"a recording cannot be read ({error.strerror or error})", AGAIN_SECONDS) from None
    if found is None:
        return message.model_copy(update={"unavailable": "it was deleted on the phone"})
    return message.model_copy(update={"audio": found.content, "format": found.format})
