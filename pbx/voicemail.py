"""Pure: the mailboxes of extensions → the text of the voicemail.conf block, and the same as AMI shows it.

They have a context of their own, so that they never meet the administrator's mailboxes of the same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

CONTEXT = "switchhook"
MODULE = "app_voicemail"
OTHER_MODULES = (
    "app_voicemail_imap",
    "app_voicemail_odbc",
)  # of which Asterisk may load one instead, and none besides
RELOAD = f'asterisk -rx "module reload {MODULE}.so"'
PLAYS_ANYWHERE = "wav"  # recordings in other formats have to be downloaded
SHOW = "VoicemailUserStatus"  # an action of AMI that this module brings
# Asterisk reads digits of a mailbox out to the caller, and passes over letters.
LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
NAME = "([0-9]+)_[a-p]+"
ADDRESS = re.compile(f"{NAME}@{CONTEXT}")
LINE = re.compile(f"^{NAME} =>.*$", re.MULTILINE)
HEADER = f"[{CONTEXT}]"
# No phone can type it, and "-" keeps Asterisk from rewriting voicemail.conf for who asks for another in the menu.
PASSWORD = "-none"  # noqa: S105 # it opens nothing
MAX_SECONDS, MIN_SECONDS = (
    600,
    1,
)  # of a message: callers fill no disk, and who hangs up at the beep leaves none
# In this order. What [general] has of the others would let callers leave for extens, or who listens dial through it.
OPTIONS = {
    "attach": "no",
    "maxsecs": str(MAX_SECONDS),
    "minsecs": str(MIN_SECONDS),
    "exitcontext": CONTEXT,  # the dialplan has none of that name
    "operator": "no",
    "callback": "",
    "dialout": "",
    "sendvoicemail": "no",
}
COMMENT = "; A mailbox is opened by its extension's own phone alone: this password cannot be typed on one.\n"
BLOCK = re.compile(f"{re.escape(HEADER)}\n{re.escape(COMMENT)}(?:{NAME} =>.*\n)*")


def mailbox(number: str, created_at: datetime) -> str:
    """Return the name of an extension's mailbox, such as `101_gkjlmnaf`.

    Whoever has the number later has another one, and never hears messages for the first.
    """
    return f"{number}_{f'{int(created_at.timestamp()):x}'.translate(LETTERS)}"


def address(number: str, created_at: datetime) -> str:
    """Return the mailbox with its context, as the dialplan and PJSIP name it."""
    return f"{mailbox(number, created_at)}@{CONTEXT}"


def render(addresses: Iterable[str]) -> str:
    """Return the text of the whole block; empty without mailboxes."""
    lines = "".join(map(_line, addresses))
    return f"{HEADER}\n{COMMENT}{lines}" if lines else ""


def _line(each: str) -> str:
    name, number = each.partition("@")[0], each.partition("_")[0]
    options = "|".join(f"{option}={value}" for option, value in OPTIONS.items())
    return f"{name} => {PASSWORD},Extension {number},,,{options}\n"


def by_number(text: str) -> Mapping[str, str]:
    """Return number → its line, of the text of a block."""
    return {match[1]: match[0] for match in LINE.finditer(text)}


def strangers(text: str) -> list[str]:
    """Return lines of a block that Switchhook does not write, without the passwords in them."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(";")]
    return [line.partition("=")[0].strip() for line in lines if line != HEADER and not LINE.fullmatch(line)]


def block_in(text: str) -> str:
    """Return the block that a text begins with; empty where there is none, or more of its context follows."""
    if not (found := BLOCK.match(text)):
        return ""
    rest = text[found.end() :]
    following = next((line for line in rest.splitlines() if line.strip() and not line.startswith(";")), "[")
    goes_on = not following.startswith("[") or HEADER in rest or LINE.search(rest)
    return "" if goes_on else found[0]


def show_action(each: str) -> dict[str, str]:
    """Ask what Asterisk has of the mailbox with this address."""
    name, _, context = each.partition("@")
    return {"Action": SHOW, "Context": context, "Mailbox": name}


def is_shown(answer: Iterable[Mapping[str, str]]) -> bool:
    return any(event.get("Event") == "VoicemailUserDetail" for event in answer)
