"""Asks Asterisk which numbers it has without a file: from realtime, AstDB, another module, the console."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from models.extension import Extension
from pbx import dialplan, loaded_modules, pjsip, voicemail
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.config import objects
from pbx.config.managed_files import ConfigOnDisk
from pbx.config.parser import Section
from pbx.publishing.desired import RunningConflicts, not_addressable_by
from pbx.publishing.desired_wording import RELOAD
from pbx.publishing.row_conflicts import belongs_in_asterisk

LISTS = {"aor": "PJSIPShowAors", "auth": "PJSIPShowAuths"}


@dataclass(frozen=True)
class Unclaimed:
    """What Switchhook did not put into Asterisk, so that whatever Asterisk shows of it is somebody else's."""

    numbers: Sequence[str]
    extens: Sequence[tuple[str, str]]  # (number, context)
    in_block: Collection[tuple[str, str]]  # (context, exten)
    sorcery: list[Section]
    voicemail: bool = False  # whether there are to be mailboxes, which Asterisk may not take

    def __bool__(self) -> bool:
        return bool(self.numbers or self.extens or self.voicemail)


def unclaimed(rows: Iterable[Extension], on_disk: ConfigOnDisk) -> Unclaimed:
    """Leave out what stands in the blocks, and what Asterisk showed of a row already: that is ours."""
    rows = [row for row in rows if not not_addressable_by(row)]
    endpoints, extens = on_disk.blocks.endpoints, on_disk.blocks.extens
    return Unclaimed(
        [row.number for row in rows if row.number not in endpoints and not row.has_phones],
        [
            (row.number, row.context)
            for row in rows
            if (row.context, row.number) not in extens and not row.has_phones_in(row.context)
        ],
        extens.keys(),
        on_disk.admin.sorcery,
        any(row.voicemail_enabled and not row.has_voicemail and belongs_in_asterisk(row) for row in rows),
    )


def look_up(asterisk: Client, wanted: Unclaimed) -> RunningConflicts:
    """Ask Asterisk what it shows of them. Raises AsteriskUnavailable."""
    endpoints = asterisk.ask_all(map(pjsip.show_action, wanted.numbers))
    extens = asterisk.ask_all(dialplan.show_action(context, number) for number, context in wanted.extens)
    shown = {
        number: _object_conflict(number, "endpoint", wanted.sorcery)
        for number, answer in zip(wanted.numbers, endpoints, strict=True)
        if answer[0].get("Response") == "Success"
    }
    return RunningConflicts(
        _without_endpoint(asterisk, wanted) | shown,
        {
            key: _exten_conflict(step)
            for key, events in zip(wanted.extens, extens, strict=True)
            if (step := _foreign_step(events, wanted.in_block))
        },
        voicemail_conflict(asterisk) if wanted.voicemail else None,
    )


def voicemail_conflict(asterisk: Client) -> str | None:
    """Return why Asterisk takes no mailbox; None when it does. Raises AsteriskUnavailable."""
    there = set(voicemail.OTHER_MODULES) - set(loaded_modules.missing(asterisk, voicemail.OTHER_MODULES))
    if not loaded_modules.missing(asterisk, [voicemail.MODULE]):
        commands = asterisk.ask_all([{"Action": "ListCommands"}])[0][0]
        return None if voicemail.SHOW in commands else _taken_away(there)
    if there:
        return (
            f"Asterisk has loaded {' and '.join(sorted(there))}, which keeps messages where Switchhook does not read them, "
            f"in the place of {voicemail.MODULE}: have modules.conf load {voicemail.MODULE}.so instead, if none of yours "
            "needs the other, and restart Asterisk"
        )
    return (
        f"Asterisk has not loaded {voicemail.MODULE}, which takes messages: install it (Debian's asterisk-modules has it; "
        f"on Ubuntu, apt install asterisk-voicemail), take any noload={voicemail.MODULE}.so out of modules.conf, and type "
        f'asterisk -rx "module load {voicemail.MODULE}.so" on the server'
    )


def _taken_away(there: Collection[str]) -> str:
    """Say what became of the application: the second module that registers it fails, and takes it from the first."""
    modules = sorted(there) or voicemail.OTHER_MODULES
    noload = " and ".join(f"noload = {each}.so" for each in modules)
    return (
        f"Asterisk has loaded {voicemail.MODULE}, but its application VoiceMail was taken away by {' or '.join(modules)}, "
        f"which Debian's modules.conf has it load, too: have {noload} in [modules] of modules.conf, restart Asterisk "
        '(asterisk -rx "core restart when convenient" waits for calls to end)'
    )


def _without_endpoint(asterisk: Client, wanted: Unclaimed) -> dict[str, str]:
    """Return AORs and auths without an endpoint of their name; they come from where sorcery.conf says, or from files."""
    found: dict[str, str] = {}
    for kind, action in LISTS.items():
        if wanted.numbers and objects.sorcery_mappings(wanted.sorcery, kind):
            names = asterisk.names(action)
            found |= {
                number: _object_conflict(number, kind, wanted.sorcery)
                for number in wanted.numbers
                if number in names
            }
    return found


def _object_conflict(number: str, kind: str, sorcery: list[Section]) -> str:
    mappings = objects.sorcery_mappings(sorcery, kind)
    where = (
        f"as {kind}, probably by {' or '.join(mappings)}"
        if mappings
        else f'but in no file that Switchhook can read (look at: asterisk -rx "pjsip show {kind} {number}", and '
        "sorcery.conf)"
    )
    return f"{number} already lives in Asterisk, {where}: take another number, or remove it there first ({RELOAD})"


def _foreign_step(events: Iterable[Message], in_block: Collection[tuple[str, str]]) -> Message | None:
    """Return the first step that is not Switchhook's, in the context or in one that it includes; patterns aside.

    Switchhook's own may still run though it left the file, for lines of the administrator's that are removed by now.
    """
    for event in events:
        exten = event.get("Extension", "_")
        is_in_block = (event.get("Context", ""), exten) in in_block
        if not exten.startswith("_") and not is_in_block and not dialplan.is_ours(event):
            return event
    return None


def _exten_conflict(step: Message) -> str:
    exten, context, registrar = (step.get(name, "") for name in ("Extension", "Context", "Registrar"))
    return (
        f"the running dialplan already has {exten}@{context}, put there by {registrar}, and no file that Switchhook "
        f"can read has it: take another number, or remove it there first ({RELOAD})"
    )
