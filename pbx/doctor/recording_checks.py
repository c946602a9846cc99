"""Checks of what becomes of recordings: that they can be read, played in Slack, and marked as heard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from command_lines import RESTART
from pbx import mailboxes, voicemail
from pbx.ami import connected
from pbx.ami_messages import Message
from pbx.doctor.asterisk_options import get, option
from pbx.doctor.findings import Check, Finding, NothingToCheck
from pbx.doctor.manager_checks import RELOAD, least
from pbx.services import Services
from pbx.unseen_voicemail import unseen
from pbx.voicemail_spool import Spool

CHECK = "recordings"
NOT_SENT = "recordings do not reach their owners in Slack; they are kept, and can be heard on the phone"
DEFAULT_SPOOL = "/var/spool/asterisk"  # astspooldir, where asterisk.conf has none
DEFAULT_FORMAT = "wav"  # where voicemail.conf has none


def recordings(services: Services) -> Iterator[Finding]:
    """Find what keeps recordings from their owners."""
    if not mailboxes.any_enabled(services):
        raise NothingToCheck("no extension has voicemail_enabled=true")
    spool = Spool(services.settings.voicemail_spool)
    spool.look()
    if reason := spool.problem():
        yield Finding.explained(CHECK, reason, NOT_SENT)
    with connected(services.settings) as asterisk:
        directories, general, commands = asterisk.ask_all(
            [
                get("asterisk.conf", "directories"),
                get("voicemail.conf", "general"),
                {"Action": "ListCommands"},
            ]
        )
        missing = None if reason else unseen(asterisk, spool)
    if not reason:
        yield from _elsewhere(spool.path, directories[0], missing)
    yield from _formats(general[0])
    yield from _rights(services.settings.ami_username, commands[0])


def _elsewhere(spool: Path, directories: Message, missing: str | None) -> Iterator[Finding]:
    """Find that Asterisk records into another folder than the listener looks into, or one of another machine."""
    its = Path(option(directories, "astspooldir", DEFAULT_SPOOL)) / "voicemail"
    if its.resolve() != spool.resolve():
        yield Finding(
            CHECK,
            f"Asterisk keeps voicemail in {its}, and VOICEMAIL_SPOOL is {spool}",
            NOT_SENT,
            f"set VOICEMAIL_SPOOL={its}, then {RESTART}",
        )
    elif missing:
        yield Finding.explained(CHECK, missing, NOT_SENT)


def _formats(general: Message) -> Iterator[Finding]:
    """Find that no recording is in the format that plays anywhere."""
    formats = option(general, "format", DEFAULT_FORMAT)
    if voicemail.PLAYS_ANYWHERE not in formats.split("|"):
        yield Finding(
            CHECK,
            f"voicemail.conf has format={formats}",
            "Slack and browsers hardly play that: whoever gets a recording has to download it",
            f"in [general] of voicemail.conf, have format={voicemail.PLAYS_ANYWHERE}|{formats}, then {voicemail.RELOAD}",
        )


def _rights(username: str, commands: Message) -> Iterator[Finding]:
    if (
        "VoicemailMove" not in commands and voicemail.SHOW in commands
    ):  # else there is none of them to be allowed
        lines = least(calls="Originate" in commands)
        yield Finding(
            CHECK,
            f"the manager user {username!r} may not do VoicemailMove",
            "the button “Mark as heard” in Slack does nothing: message lamps go out only by listening on the phone",
            f"in [{username}] of manager.conf or manager.d/, have {lines}, then {RELOAD} (Asterisk has it from 20.5 and 18.20 on)",
        )


CHECKS: tuple[Check[Services], ...] = (
    Check(
        CHECK,
        "recordings of voicemail can be read, played in Slack, and marked as heard",
        recordings,
        needs=("database", "ami", "ami-rights"),
    ),
)
