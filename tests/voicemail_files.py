"""Messages in a spool, as app_voicemail leaves them (seen with Asterisk 22.10.1)."""

from __future__ import annotations

import io
import wave
from datetime import UTC, datetime
from pathlib import Path

from tests.asterisk_bed import Asterisk

TEXT = """\
;
; Message Information file
;
[message]
origmailbox={mailbox}
context=from-internal
exten=102
rdnis=unknown
priority=1
callerchan=PJSIP/101-00000000
callerid={caller}
origdate=Thu Nov 26 06:15:03 AM UTC 2026
origtime={at}
category=
msg_id={message_id}
flag=
duration={seconds}
"""
RATE = 8000


def wav(seconds: float, level: int = 0) -> bytes:
    """Slin as Asterisk's format wav has it; `level` tells one from another."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(level.to_bytes(2, "little") * int(seconds * RATE))
    return content.getvalue()


def text(
    message_id: str,
    caller: str = '"Alice" <101>',
    at: datetime | None = None,
    seconds: int = 2,
    mailbox: str = "102_a",
) -> bytes:
    recorded = int((at or datetime.now(UTC)).timestamp())
    values = {
        "mailbox": mailbox,
        "caller": caller,
        "at": recorded,
        "message_id": message_id,
        "seconds": seconds,
    }
    return TEXT.format(**values).encode()


def add_mailbox(asterisk: Asterisk, mailbox: str) -> None:
    """Give Asterisk a mailbox of Switchhook's."""
    path = asterisk.config_dir / "voicemail.conf"
    path.write_text(f"{path.read_text()}\n[switchhook]\n{mailbox} => -none,Bob\n")
    asterisk.cli("module reload app_voicemail.so")


def leave(
    spool: Path,
    mailbox: str,
    message_id: str,
    *,
    index: int = 0,
    folder: str = "INBOX",
    caller: str = '"Alice" <101>',
    at: datetime | None = None,
    audio: dict[str, bytes] | None = None,
) -> Path:
    """Leave a message of two seconds, and return the path of its text. `audio`: by format, in the place of wav."""
    inbox = spool / "switchhook" / mailbox / folder
    inbox.mkdir(parents=True, exist_ok=True)
    for suffix, content in ({"wav": wav(2)} if audio is None else audio).items():
        (inbox / f"msg{index:04}.{suffix}").write_bytes(content)
    path = inbox / f"msg{index:04}.txt"
    path.write_bytes(text(message_id, caller, at, mailbox=mailbox))
    return path
