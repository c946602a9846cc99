"""Pure: what stands beside a recording: who called, when, and for how long. Parts of it are a stranger's.

Asterisk writes `msg0000.txt` line by line: `callerid=`, which is whatever the caller claims, before `origtime=`,
`msg_id=` and `duration=`. So of a name that comes twice the last counts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

MAX_LENGTH = 80  # characters of a name or number
MAX_BYTES = 262_144  # of the file: Asterisk writes headers of the caller's whole, of 64 KB in all
NO_NUMBER = ("unknown", "anonymous", "")
ID = re.compile(r"[0-9A-Za-z-]{1,64}")
CALLER = re.compile(r'"?(?P<name>.*?)"?\s*<(?P<number>[^<>]*)>')


@dataclass(frozen=True)
class Envelope:
    """`id` is unique in its mailbox, and stays when the files get another name. `seconds`: how long it is.

    `channel`: Asterisk's, of the caller.
    """

    id: str
    recorded_at: datetime
    caller: str = ""
    caller_name: str = ""
    seconds: int = 0
    channel: str = ""


def parse(content: bytes) -> Envelope | None:
    """Return what a file says; None: it is none of Asterisk's, or not all of it is there."""
    values = dict(_line(line) for line in content.decode("utf-8", "replace").split("\n") if "=" in line)
    recorded = _number(values.get("origtime", ""), 253_402_300_799)
    # Asterisk before 11 has no msg_id.
    message_id = values.get("msg_id") or f"at-{recorded}"
    if not recorded or not ID.fullmatch(message_id) or "duration" not in values:
        return None
    name, number = _caller(values.get("callerid", ""))
    seconds = _number(values["duration"], 1_000_000)
    at, channel = datetime.fromtimestamp(recorded, UTC), _printable(values.get("callerchan", ""))
    return Envelope(message_id, at, number, name, seconds, channel)


def _line(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name.strip(), value.strip()


def _number(text: str, most: int) -> int:
    return min(int(text), most) if re.fullmatch("[0-9]{1,12}", text) else 0


def _caller(text: str) -> tuple[str, str]:
    """Return name and number of `"Alice" <101>`, `101` or `Unknown`, fit to be shown and stored."""
    match = CALLER.fullmatch(text)
    name, number = (match["name"], match["number"]) if match else ("", text)
    number = _printable(number)
    return _printable(name), "" if number.lower() in NO_NUMBER else number


def _printable(text: str) -> str:
    return "".join(each for each in text if unicodedata.category(each)[0] != "C").strip()[:MAX_LENGTH]
