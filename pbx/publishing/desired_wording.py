"""Pure: what people read of a row that Asterisk cannot have as it was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from models.extension import Extension, State
from models.number import is_number
from pbx.config.admin_config import joined

# Files of the dialplan, AEL among them, and of the phones: a reload of one module would not do for all of them.
RELOAD = 'and have Asterisk forget it: asterisk -rx "module reload res_pjsip.so" and asterisk -rx "dialplan reload"'

NO_TLS = (
    "Asterisk has no TLS transport, and only you have the certificate: add one to pjsip.conf "
    "([transport-tls], type=transport, protocol=tls, bind=0.0.0.0:5061, method=tlsv1_2, cert_file=…, priv_key_file=…), "
    "and try again: Asterisk takes a new one without a restart"
)


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


def mailbox_waits(obstacle: str) -> str:
    """Say that nothing else does."""
    return (
        "its phone has all else that was asked for, and waits for voicemail alone, which comes by itself once this is "
        f"mended: {obstacle}"
    )


def own_mailbox(number: str) -> str:
    """Say that an adopted phone has a mailbox of the administrator's."""
    return (
        f"{number} has a mailbox of your own (mailboxes=…), which it brought along when it was adopted, and its messages go "
        f"on as they did: /ext set {number} voicemail_enabled=false; to have Switchhook's instead, flask ext release "
        f"{number}, take that line out, and adopt it again"
    )


def without_key(row: Extension) -> str:
    """Say what helps when the key is lost. Options of an adopted phone are lost with it."""
    if row.adopted_options:
        return f"/ext delete {row.number}, and create it anew"
    return f"give it a new one with /ext secret {row.number}"


def unusable(row: Extension, fields: Sequence[str]) -> str:
    """Say which values Asterisk cannot have, and how to change them."""
    is_settable = row.state is not State.DELETING and is_number(row.number)
    remedy = f"change it with /ext set {row.number}" if is_settable else "correct it in the database"
    return f"what is stored of it cannot be used ({', '.join(fields)}): {remedy}"
