"""Pure: how a call that somebody asked for in Slack is known: Asterisk is given its Linkedid."""

from __future__ import annotations

OWN_PHONE_SECONDS = 30  # how long the phone of whoever asks rings
ASKED = "switchhook-call-"  # begins the Linkedid


def is_asked(linkedid: str | None) -> bool:
    """Return whether somebody asked for the call: it is theirs from the beginning, though their own phone rings first."""
    return bool(linkedid) and str(linkedid).startswith(ASKED)
