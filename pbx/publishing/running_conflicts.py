"""Asks Asterisk which numbers live there without standing in a file: realtime, AstDB, other modules, the console."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from models.extension import Extension
from pbx import dialplan
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.config import parser
from pbx.config.managed_files import Files
from pbx.config.parser import Section
from pbx.publishing.desired import RELOAD, Elsewhere
from pbx.publishing.verify import show_endpoint

LISTS = {"aor": "PJSIPShowAors", "auth": "PJSIPShowAuths"}


@dataclass(frozen=True)
class Question:
    """What Switchhook did not put into Asterisk, so that whatever Asterisk shows of it is somebody else's."""

    numbers: Sequence[str]
    extens: Sequence[tuple[str, str]]  # (number, context)
    ours: Collection[tuple[str, str]]  # (context, exten) of the block

    def __bool__(self) -> bool:
        return bool(self.numbers or self.extens)


def question(rows: Iterable[Extension], on_disk: Files) -> Question:
    """Leave out what stands in the blocks, and what Asterisk showed of a row already: that is ours."""
    rows = list(rows)
    there, extens = on_disk.blocks.endpoints, on_disk.blocks.extens
    return Question(
        [row.number for row in rows if row.number not in there and not row.has_phones],
        [
            (row.number, row.context)
            for row in rows
            if (row.context, row.number) not in extens and not row.has_phones_in(row.context)
        ],
        extens.keys(),
    )


def ask(asterisk: Client, question: Question, sorcery: list[Section]) -> Elsewhere:
    """Raises AsteriskUnavailable."""
    endpoints = asterisk.ask_all(map(show_endpoint, question.numbers))
    extens = asterisk.ask_all(dialplan.show_action(context, number) for number, context in question.extens)
    living = {
        number: _lives(number, "endpoint", sorcery)
        for number, answer in zip(question.numbers, endpoints, strict=True)
        if answer[0].get("Response") == "Success"
    }
    return Elsewhere(
        _alone(asterisk, question.numbers, sorcery) | living,
        {
            key: _runs(theirs)
            for key, events in zip(question.extens, extens, strict=True)
            if (theirs := _theirs(events, question.ours))
        },
    )


def _alone(asterisk: Client, numbers: Sequence[str], sorcery: list[Section]) -> dict[str, str]:
    """AORs and auths that no endpoint of their name shows. They come from where sorcery.conf says, else from files."""
    found: dict[str, str] = {}
    for kind, action in LISTS.items():
        if numbers and parser.sorcery_mappings(sorcery, kind):
            names = {event.get("ObjectName") for event in asterisk.listed(action)}
            found |= {number: _lives(number, kind, sorcery) for number in numbers if number in names}
    return found


def _lives(number: str, kind: str, sorcery: list[Section]) -> str:
    mappings = parser.sorcery_mappings(sorcery, kind)
    where = (
        f"as {kind}, probably by {' or '.join(mappings)}"
        if mappings
        else f'but in no file that Switchhook can read (look at: asterisk -rx "pjsip show {kind} {number}", and '
        "sorcery.conf)"
    )
    return f"{number} already lives in Asterisk, {where}: take another number, or remove it there first ({RELOAD})"


def _theirs(events: Iterable[Message], ours: Collection[tuple[str, str]]) -> Message | None:
    """The first step that is not ours, of the context asked for or of one that it includes. Patterns give way to a number.

    What was ours and left the file may still run: it gave way there to what is gone by now.
    """
    for event in events:
        exten = event.get("Extension", "_")
        stands_in_block = (event.get("Context", ""), exten) in ours
        if not exten.startswith("_") and not stands_in_block and not dialplan.is_ours(event):
            return event
    return None


def _runs(theirs: Message) -> str:
    exten, context, registrar = (theirs.get(name, "") for name in ("Extension", "Context", "Registrar"))
    return (
        f"the running dialplan already has {exten}@{context}, put there by {registrar}, and no file that Switchhook "
        f"can read has it: take another number, or remove it there first ({RELOAD})"
    )
