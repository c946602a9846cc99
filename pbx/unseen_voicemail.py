"""Compares the spool with what Asterisk says it has: another machine may have a folder of that name, too."""

from __future__ import annotations

from pbx.ami_client import Client
from pbx.voicemail import CONTEXT
from pbx.voicemail_spool import ON_ITS_MACHINE, Spool

USERS = {"Action": "VoicemailUsersList"}


def unseen(asterisk: Client, spool: Spool) -> str | None:
    """Return that Asterisk has new messages in mailboxes where the spool has none, with what to do; None: it has not.

    Raises AsteriskUnavailable.
    """
    missing = {each for each in _with_new(asterisk) if not spool.has_new(each)}
    if missing and (missing := missing & _with_new(asterisk)):  # the others were heard meanwhile
        return (
            f"Asterisk has new messages in {len(missing)} of Switchhook's mailboxes, and {spool.path} on this machine has "
            f"none of them: {ON_ITS_MACHINE}"
        )
    return None


def _with_new(asterisk: Client) -> set[str]:
    """Return the mailboxes of Switchhook in which Asterisk counts new messages, urgent ones among them."""
    [answer] = asterisk.ask_all([USERS])
    ours = (each for each in answer if each.get("VMContext") == CONTEXT)
    return {each["VoiceMailbox"] for each in ours if each.get("NewMessageCount", "0") != "0"}
