"""Pure: whose the phones in the files are, and what would become of them that nobody asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from models.number import by_size
from models.words import some
from pbx.config.blocks import Blocks
from pbx.config.managed_files import ConfigOnDisk, Provenance


@dataclass(frozen=True)
class Effect:
    """What publishing this database would do to the numbers in the files, and to NAT."""

    removed: list[str]
    changed: list[str]
    unchanged: list[str]
    added: list[str]  # not in the files, and would be
    nat: list[str] = field(default_factory=list)  # transports whose lines of NAT would change or go
    returned: list[str] = field(default_factory=list)  # adopted, and would be the administrator's lines again

    def __str__(self) -> str:
        """Return `3 would go (101, 102, 103), 1 would be changed (104)`"""
        words = (
            (self.removed, "go"),
            (self.returned, "go back to your own lines"),
            (self.changed, "be changed"),
            (self.added, "come"),
        )
        parts = [f"{len(numbers)} would {verb} ({some(numbers)})" for numbers, verb in words if numbers]
        if self.nat:
            parts.append(f"the external address of {some(self.nat)} would change")
        return ", ".join(parts)


def effect(wanted: Blocks, there: Blocks, adopted: Collection[str] = ()) -> Effect:
    """Work it out. `adopted`: numbers without a row whose own lines are comments in the administrator's files."""
    numbers = sorted(there.phones, key=by_size)
    going = [number for number in numbers if number not in wanted.phones]
    returned = [number for number in going if number in adopted and number in there.endpoints]
    return Effect(
        removed=[number for number in going if number not in returned],
        changed=[
            number
            for number in numbers
            if number in wanted.phones and wanted.phones[number] != there.phones[number]
        ],
        unchanged=[number for number in numbers if wanted.phones.get(number) == there.phones[number]],
        added=sorted(wanted.phones.keys() - there.phones.keys(), key=by_size),
        nat=[name for name, lines in there.nat.items() if wanted.nat.get(name, []) != lines],
        returned=returned,
    )


def is_later(ours: Provenance, on_disk: ConfigOnDisk) -> bool:
    """Return whether more was written than this database knows of: it is an old copy."""
    return any(provenance.writes > ours.writes for provenance in on_disk.provenances)


def is_older_state(ours: Provenance, on_disk: ConfigOnDisk) -> bool:
    """Return whether it is certain: this very database has written more than it knows of."""
    return any(each.identity == ours.identity and each.writes > ours.writes for each in on_disk.provenances)


def _foreign(ours: Provenance, on_disk: ConfigOnDisk) -> str:
    """Return the first file with lines of another state, and what these are."""
    for file, _ in on_disk.texts(on_disk.blocks):
        by = file.written_by
        if by and (by.identity != ours.identity or by.writes > ours.writes):
            return f"{file.path} has {'mailboxes' if file == on_disk.voicemail else 'phones'}"
    return f"{on_disk.pjsip.path} has phones"


def conflict(
    ours: Provenance, numbers: Iterable[str], on_disk: ConfigOnDisk, would: Callable[[], Effect]
) -> str | None:
    """Return why publishing would take away what nobody asked to take away; None when it would not.

    `ours`: the database; `numbers`: of its rows; `would`: works out the effect, which costs a plan, if
    that is needed at all. A row goes only after its lines did, so lines without a row are of a state that the database
    does not have: of another one, or of a later one than an old copy that was put back. Who was locked out or deleted
    since that copy would come back. An earlier version of this database's own that somebody restored may lose them: they
    were told so.
    """
    where = on_disk.pjsip.path
    is_of_another = any(provenance.identity != ours.identity for provenance in on_disk.provenances)
    if is_of_another or is_later(ours, on_disk):
        found = would()
        takes_away = found.removed or found.returned or found.changed or found.nat
        if not (takes_away or (found.added and not is_of_another)):
            return None
        return (
            f"{_foreign(ours, on_disk)} that another database, or a later state of this one, wrote: {found}"
        )
    if on_disk.is_restored:
        return None
    unknown = sorted(on_disk.blocks.endpoints.keys() - set(numbers), key=by_size)
    if unknown:
        adopted = on_disk.admin.commented
        going = [number for number in unknown if number not in adopted]
        found = Effect(going, [], [], [], returned=[number for number in unknown if number in adopted])
        return f"{where} has phones that are not in the database: {found}"
    return None
