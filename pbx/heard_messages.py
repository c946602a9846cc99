"""Moves a message from the new ones to the old ones, as when it was heard on the phone: the lamp goes out."""

from __future__ import annotations

from contextlib import suppress

from pbx import safe_files
from pbx.ami import connected
from pbx.errors import Refusal
from pbx.voicemail import CONTEXT
from pbx.voicemail_spool import NEW_FOLDERS, OLD_FOLDER, envelopes, folder_of
from settings import Settings

MOVED = "successful"  # Asterisk answers “Success: Message move failed”, too


def mark_heard(settings: Settings, mailbox: str, message_id: str, number: str) -> None:
    """Have Asterisk move it, unless it is there already, as who was interrupted or heard it on the phone finds it.

    Raises AsteriskUnavailable; Refusal, with what to do on the phone instead.
    """
    with connected(settings) as asterisk:
        answers = [
            answer[0]
            for answer in asterisk.ask_all([_move(mailbox, message_id, each) for each in NEW_FOLDERS])
        ]
    if any(MOVED in answer.get("Message", "") for answer in answers) or _is_old(
        settings, mailbox, message_id
    ):
        return
    if any(answer.get("Response") == "Error" for answer in answers):  # no right, or before 20.5 and 18.20
        raise Refusal(
            f"Asterisk does not let Switchhook do that: dial {number} on your phone and hear it there. An admin can allow "
            "it: flask doctor says how"
        )
    raise Refusal(
        "Asterisk does not move it: it was heard or deleted on the phone already, there is no room among the old "
        f"messages, or what the caller sent keeps Asterisk from finding it. Dial {number} on your phone to hear what there is"
    )


def _is_old(settings: Settings, mailbox: str, message_id: str) -> bool:
    """Return whether it is among the old ones, as far as may be seen."""
    with (
        suppress(OSError),
        safe_files.folder(settings.voicemail_spool / CONTEXT) as context,
        folder_of(context, mailbox, OLD_FOLDER) as old,
    ):
        return any(envelope.id == message_id for envelope, _ in envelopes(old))
    return False


def _move(mailbox: str, message_id: str, folder: str) -> dict[str, str]:
    whose = {"Context": CONTEXT, "Mailbox": mailbox, "ID": message_id}
    return {"Action": "VoicemailMove", "Folder": folder, "ToFolder": OLD_FOLDER} | whose
