"""Pure: what people read of a row that Asterisk cannot have as it was asked for."""

from __future__ import annotations

from models.extension import Extension
from pbx.config.admin_config import joined

# Files of the dialplan, AEL among them, and of the phones: a reload of one module would not do for all of them.
RELOAD = 'and have Asterisk forget it: asterisk -rx "module reload res_pjsip.so" and asterisk -rx "dialplan reload"'


def superseded(row: Extension, places: list[str]) -> str:
    """Say that the administrator's lines count, which came later."""
    number = row.number
    if row.moving:
        return (
            f"its adoption was interrupted, and lines of it are at {joined(places)}: have root type flask publish on the "
            "server, which ends that"
        )
    return (
        f"{number} was written by hand at {joined(places)} later, and Asterisk cannot have it twice: "
        'Switchhook took its own lines out, and those count (after asterisk -rx "module reload res_pjsip.so", if they do not yet). '
        f"To have Switchhook's back, remove them there ({RELOAD}), then /ext verify {number}"
    )


def hand_written_steps(number: str, places: list[str], mailbox: str) -> str | None:
    """Say what answers instead. `mailbox`: as `mailbox@context`, if that does not lead to its messages."""
    if not places:
        return None
    leaves = (
        f"; for its voicemail, have them, in an exten of {number} alone, go on with VoiceMail({mailbox},u) and Hangup() behind "
        f'your Dial(); and for its phone, whose message key dials {number} from then on, begin with GotoIf($["${{CHANNEL(endpoint)}}" = "{number}"]?own) and '
        f"end with n(own),VoiceMailMain({mailbox},s)"
    )
    return (
        f"what calls to {number} do is written by hand at {joined(places)}: the phone works, and Switchhook's own steps "
        f"come back when those are taken out{leaves if mailbox else ''}"
    )


def extended(number: str, places: list[str]) -> str:
    """Say that the administrator adds to lines that are to go."""
    return (
        f"{places[0]} goes on with Switchhook's [{number}] by (+), and without it Asterisk would load nothing of "
        "pjsip.conf: take that out first"
    )


def own_mailbox(number: str) -> str:
    """Say that an adopted phone has a mailbox of the administrator's."""
    return (
        f"{number} has a mailbox of your own (mailboxes=…), which it brought along when it was adopted, and its messages go "
        f"on as they did: /ext set {number} voicemail_enabled=false; to have Switchhook's instead, flask ext release "
        f"{number}, take that line out, and adopt it again"
    )
