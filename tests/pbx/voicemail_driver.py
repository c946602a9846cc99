"""What the tests of voicemail do over and over."""

from __future__ import annotations

from pathlib import Path

from models.fields import Changes
from pbx import extensions, voicemail
from pbx.ami import connected
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.pbx.extension_driver import live
from tests.slash_commands import TESTER
from tests.waiting import wait_for

MORE_THAN_A_SECOND = 18_000  # bytes of WAV: a shorter message is not kept


def enable(services: Services, number: str = "101", *, on: bool = True) -> None:
    live(extensions.change(services, number, Changes(voicemail_enabled=on), by=TESTER))


def mailbox_of(services: Services, number: str = "101") -> str:
    row = extensions.get(services, number)
    return voicemail.mailbox(row.number, row.created_at)


def has_mailbox(services: Services, name: str) -> bool:
    with connected(services.settings) as asterisk:
        (answer,) = asterisk.ask_all([voicemail.show_action(f"{name}@{voicemail.CONTEXT}")])
    return voicemail.is_shown(answer)


def inbox(asterisk: Asterisk, name: str) -> Path:
    return asterisk.folder / "spool/voicemail/switchhook" / name / "INBOX"


def leave_message(asterisk: Asterisk, caller: Phone, folder: Path) -> Path:
    """Wait for a call to be recorded, hang up after a while, and return the recording.

    Asterisk answers at once, and on a busy machine a phone may not say that it is answered.
    """
    wait_for(
        lambda: any(each.stat().st_size > MORE_THAN_A_SECOND for each in folder.parent.glob("tmp/*.wav"))
    )
    caller.hangup()
    wait_for(lambda: list(folder.glob("msg*.wav")) and list(folder.glob("msg*.txt")))
    return next(folder.glob("msg*.wav"))


def change_pin(services: Services, pin: str) -> None:
    """Have Asterisk write voicemail.conf as its voicemail menu does (seen with 22.10.1: the same, byte for byte)."""
    change = {"Action": "Update", "Cat": "default", "Var": "100", "Value": f">{pin},Reception"}
    action = {f"{name}-000000": value for name, value in change.items()}
    file = {"SrcFilename": "voicemail.conf", "DstFilename": "voicemail.conf"}
    with connected(services.settings) as asterisk:
        asterisk.ask_all([{"Action": "UpdateConfig", **file, **action}])
