"""Checks of what voicemail needs, where an extension has it."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from shlex import quote

from sqlmodel import col, select

from models.extension import BY_NUMBER, Extension
from models.words import some
from pbx import loaded_modules, safe_files, voicemail
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.config import reader
from pbx.doctor.asterisk_options import get, option
from pbx.doctor.findings import Finding, NothingToCheck
from pbx.manager_user import LOOPBACK
from pbx.publishing import running_conflicts
from pbx.services import Services
from settings import Settings

LAMP_MODULES = ("res_pjsip_mwi", "res_pjsip_mwi_body_generator")
# Where packages put Asterisk's data, and where it is built from source
DATA_FOLDERS = (Path("/usr/share/asterisk"), Path("/var/lib/asterisk"))
PROMPT = "vm-theperson.*"  # begins the greeting
UNHEARD = "callers cannot leave a message"
UNWRITTEN = "mailboxes stay as they are: none comes and none goes, and Asterisk, started anew, may have none. Everything else is published"


def mailboxes(services: Services) -> Iterator[Finding]:
    """Find why extensions with voicemail have no mailbox, or phones no message lamp; and PINs that are not saved."""
    unsaved, rows = list(_pins(services.settings)), _rows(services)
    if not (rows or unsaved):
        raise NothingToCheck("no extension has voicemail_enabled=true")
    yield from unsaved
    if rows:
        yield from _of_mailboxes(services, rows)


def _of_mailboxes(services: Services, rows: Sequence[Extension]) -> Iterator[Finding]:
    if obstacle := reader.read(services.settings).voicemail_obstacle:
        yield Finding.explained("voicemail", obstacle, UNWRITTEN)
    with connected(services.settings) as asterisk:
        if conflict := running_conflicts.voicemail_conflict(asterisk):
            yield Finding.explained("voicemail", conflict, UNHEARD)
            return
        if not obstacle:
            yield from _missing(asterisk, [row for row in rows if row.has_voicemail])
        yield from _lamps(asterisk)
        if services.settings.ami_host in LOOPBACK:
            yield from _prompts(asterisk)


def _pins(settings: Settings) -> Iterator[Finding]:
    """Find that the owner of voicemail.conf, as whom Asterisk runs then, may not write the file that it includes."""
    path = settings.voicemail_path
    with suppress(OSError, KeyError):  # one of them is not there, or its owner has no name
        theirs, ours = (settings.asterisk_config_dir / reader.VOICEMAIL).stat(), path.stat()
        owner = pwd.getpwuid(theirs.st_uid)
        groups = os.getgrouplist(owner.pw_name, owner.pw_gid)
        if safe_files.may_write(theirs, owner.pw_uid, groups) and not safe_files.may_write(
            ours, owner.pw_uid, groups
        ):
            yield Finding(
                "voicemail",
                f"{owner.pw_name} owns {reader.VOICEMAIL}, and may not write {path}, which it includes",
                f"if Asterisk runs as {owner.pw_name}, a PIN that is changed by phone, of any mailbox, is said to be changed and not saved",
                f"as root, chgrp {grp.getgrgid(owner.pw_gid).gr_name} {quote(str(path))} && chmod 660 {quote(str(path))}",
            )


def _rows(services: Services) -> Sequence[Extension]:
    with services.database.session() as session:
        with_voicemail = col(Extension.voicemail_enabled), col(Extension.enabled)
        return session.exec(select(Extension).where(*with_voicemail).order_by(*BY_NUMBER)).all()


def _missing(asterisk: Client, rows: Sequence[Extension]) -> Iterator[Finding]:
    actions = [voicemail.show_action(voicemail.address(row.number, row.created_at)) for row in rows]
    answers = asterisk.ask_all(actions)
    missing = [
        row.number for row, answer in zip(rows, answers, strict=True) if not voicemail.is_shown(answer)
    ]
    if missing:
        yield Finding(
            "voicemail",
            f"Asterisk does not show the mailbox of {some(missing)}",
            UNHEARD,
            f"{voicemail.RELOAD} on the server; if that does not help, /ext verify {missing[0]} says why",
        )


def _lamps(asterisk: Client) -> Iterator[Finding]:
    if missing := loaded_modules.missing(asterisk, LAMP_MODULES):
        loads = "; ".join(f'asterisk -rx "module load {each}.so"' for each in missing)
        yield Finding(
            "voicemail",
            f"Asterisk has not loaded {', '.join(missing)}",
            "the message lamp stays dark when there are messages",
            f"{loads}; and see that modules.conf loads it at the start",
        )


def _prompts(asterisk: Client) -> Iterator[Finding]:
    """Find that this machine, which Asterisk runs on, has no spoken prompts: VoiceMail() then ends the call."""
    directories = asterisk.ask_all([get("asterisk.conf", "directories")])[0][0]
    named = option(directories, "astdatadir", "")
    folders = [folder / "sounds" for folder in ((Path(named),) if named else DATA_FOLDERS)]
    if not any(any(folder.glob(each)) for folder in folders for each in (PROMPT, f"*/{PROMPT}")):
        yield Finding(
            "voicemail",
            f"Asterisk has no spoken prompts: there is no {PROMPT} in {folders[0]} or a folder in it",
            "Asterisk hangs up on callers who are to leave a message",
            "as root, install its core sounds: on Debian, apt install asterisk-core-sounds-en",
        )
