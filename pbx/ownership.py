"""Pure: whose the phones in the files are, and what would become of them that nobody asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.extension import Extension
from pbx import dialplan, pjsip
from pbx.files import Files
from pbx.plan import Plan

REMEDY = (
    "Nothing was changed. Either DATABASE_URL is to name the database that wrote them, or, if this one is to: on the "
    "server, flask publish --take-over shows what would become of each, and asks"
)


@dataclass(frozen=True)
class Effect:
    """Numbers in the files, by what this database would make of them."""

    goes: list[str]
    changes: list[str]
    stays: list[str]

    def __str__(self) -> str:
        """`3 would go (101, 102, 103), 1 would be changed (104)`"""
        words = ((self.goes, "go"), (self.changes, "be changed"))
        parts = [f"{len(numbers)} would {verb} ({_some(numbers)})" for numbers, verb in words if numbers]
        return ", ".join(parts)


def effect(todo: Plan, on_disk: Files) -> Effect:
    there = _by_number(on_disk.pjsip.block_text(), on_disk.extensions.block_text())
    wanted = _by_number(todo.pjsip_text, todo.extensions_text)
    numbers = sorted(there, key=lambda number: (len(number), number))
    return Effect(
        goes=[number for number in numbers if number not in wanted],
        changes=[number for number in numbers if number in wanted and wanted[number] != there[number]],
        stays=[number for number in numbers if wanted.get(number) == there[number]],
    )


def objection(ours: str, rows: Iterable[Extension], todo: Plan, on_disk: Files) -> str | None:
    """Why publishing would take away what nobody asked to take away, and what to do; None when it would not.

    `ours`: the identity of the database. A row goes only after its lines did, so lines without a row are of a state
    that the database does not have: of another one, or of a later one than a backup that was put back.
    """
    where, would = on_disk.pjsip.path, effect(todo, on_disk)
    written_by = {on_disk.pjsip.written_by, on_disk.extensions.written_by}
    if written_by - {ours, None}:
        if not would.goes and not would.changes:
            return None
        return f"{where} has phones that another database, or a later state of this one, wrote: {would}. {REMEDY}"
    unknown = sorted(pjsip.by_number(on_disk.pjsip.block_text()).keys() - {row.number for row in rows})
    if unknown:
        return f"{where} has phones that are not in the database: {Effect(unknown, [], [])}. {REMEDY}"
    return None


def _by_number(pjsip_text: str, extensions_text: str) -> dict[str, list[str]]:
    """number → its lines in both files."""
    found = {number: [lines] for number, lines in pjsip.by_number(pjsip_text).items()}
    for (context, exten), lines in dialplan.entries(extensions_text).items():
        if exten.isdecimal():
            found.setdefault(exten, []).extend((context, lines))
    return found


def _some(numbers: list[str]) -> str:
    shown = ", ".join(numbers[:5])
    return shown if len(numbers) <= 5 else f"{shown}, …"
