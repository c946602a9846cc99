"""Pure: what was changed here since an older state was noticed: it is newer than both sides, so it stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from models.audit import ADOPTED, CREATED, DEFAULTS, DELETED, AuditEntry

KEPT = "kept as Asterisk has it"  # the audit's word for what settling itself does
WHOLE = {CREATED: "made", ADOPTED: "adopted", DELETED: "deleted"}
UNCHANGED = "asked for as it is"
COLUMNS = {name: name for name in DEFAULTS} | {"secret": "encrypted_secret"}
WORDS = {"secret": "password", "slack_user_id": "owner", "voicemail_enabled": "voicemail"}


@dataclass(frozen=True)
class Newer:
    """`whole`: number → what was done, where all of the row is newer; `fields`: number → the fields that are."""

    whole: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def has(self, number: str, name: str) -> bool:
        return number in self.whole or name in self.fields.get(number, ())

    def columns(self, number: str) -> list[str]:
        """Return the columns of the row that stay."""
        return [COLUMNS[name] for name in self.fields.get(number, ())]

    def words(self) -> dict[str, str]:
        """Return number → what was changed."""
        named = {
            number: ", ".join(WORDS.get(name, name) for name in names)
            for number, names in self.fields.items()
        }
        return named | dict(self.whole)


def by_acts(entries: Iterable[AuditEntry], updated: Iterable[str]) -> Newer:
    """Work it out by the audit since then, which has each act, the oldest first.

    `updated`: numbers whose rows were written since; without an entry, somebody asked for what was so.
    """
    whole: dict[str, str] = {}
    fields: dict[str, tuple[str, ...]] = {}
    acted = set()
    for entry in entries:
        number = entry.number or ""
        acted.add(number)
        if entry.action in WHOLE:
            whole[number] = WHOLE[entry.action]
        elif entry.action != KEPT and (names := [name for name in entry.changes if name in COLUMNS]):
            fields[number] = tuple(dict.fromkeys((*fields.get(number, ()), *names)))
    whole |= {number: UNCHANGED for number in updated if number not in acted}
    return Newer(whole, {number: names for number, names in fields.items() if number not in whole})
