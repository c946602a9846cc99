"""Pure: what would become of each row, as somebody reads it before it is done. No password is in it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from handlers import wording
from models.audit import Differences
from pbx.bulk.rows import Outcome, RowStatus

# Whom it concerns first: what is refused, then what changes
ORDER = (RowStatus.REFUSED, RowStatus.CHANGED, RowStatus.CREATED, RowStatus.UNCHANGED)


class Change(NamedTuple):
    """A field; both are empty for a password, whose values are not shown."""

    field: str
    before: str
    after: str


class PreviewRow(NamedTuple):
    """One row. `revision`: which it has once it is saved; `user`: the Slack user of a new one that gets a password."""

    place: int
    number: str
    name: str
    status: RowStatus
    why: Sequence[str] = ()
    warnings: Sequence[str] = ()
    changes: Sequence[Change] = ()
    revision: int = 0
    makes_password: bool = False
    user: str = ""
    is_other: bool = False  # than it was shown before

    @property
    def is_to_save(self) -> bool:
        return self.status in (RowStatus.CREATED, RowStatus.CHANGED)


def of(outcomes: Iterable[Outcome]) -> list[PreviewRow]:
    return [_row(each) for each in outcomes]


def _row(outcome: Outcome) -> PreviewRow:
    extension, given = outcome.extension, outcome.row.given
    name = extension.name if extension else (given.name if given else "")
    return PreviewRow(
        outcome.row.place,
        outcome.row.number,
        name,
        outcome.status,
        why=[f"{field}: {detail}" if field else detail for field, detail in _named(outcome)],
        warnings=list(outcome.warnings),
        changes=_changes(outcome.changes or {}),
        revision=outcome.seen_revision + 1 if outcome.is_to_save else 0,
        makes_password=outcome.made_secret,
        user=(extension.slack_user_id or "") if extension and outcome.made_secret else "",
    )


def _named(outcome: Outcome) -> list[tuple[str, str]]:
    return [(_column(fault.field), fault.detail) for fault in outcome.faults]


def _column(field: str) -> str:
    return "password" if field == "secret" else field


def _changes(found: Differences) -> list[Change]:
    return [
        Change(_column(field), *(("", "") if values is None else map(_value, values)))
        for field, values in found.items()
    ]


def _value(value: object) -> str:
    return "" if value is None else wording.value(value)


def compared(rows: Sequence[PreviewRow], before: Sequence[PreviewRow]) -> list[PreviewRow]:
    """Return the rows, marked where they are not as they were in the preview before, of the same file."""
    shown = {each.place: each._replace(is_other=False) for each in before}
    return [each._replace(is_other=shown.get(each.place) != each) for each in rows]


def digest(rows: Iterable[PreviewRow]) -> str:
    """Return what stands for exactly these rows."""
    return hashlib.sha256(_json(each._replace(is_other=False) for each in rows).encode()).hexdigest()


def as_json(rows: Iterable[PreviewRow]) -> str:
    return _json(rows)


def _json(rows: Iterable[PreviewRow]) -> str:
    return json.dumps(list(rows), separators=(",", ":"))


def from_json(text: str) -> list[PreviewRow]:
    """Return what as_json() was given."""
    return [_from_list(PreviewRow(*each)) for each in json.loads(text)]


def _from_list(row: PreviewRow) -> PreviewRow:
    return row._replace(status=RowStatus(row.status), changes=[Change(*each) for each in row.changes])


def counts(rows: Iterable[PreviewRow]) -> Mapping[RowStatus, int]:
    """Return how many rows there are of each status, in the order in which they are shown."""
    found = Counter(each.status for each in rows)
    return {status: found[status] for status in ORDER if found[status]}


def in_order(rows: Iterable[PreviewRow]) -> list[PreviewRow]:
    """Return the rows with those on top that need somebody: refused, changed meanwhile, warned of."""
    return sorted(
        rows,
        key=lambda each: (
            ORDER.index(each.status) > 0,
            not each.is_other,
            not each.warnings,
            ORDER.index(each.status),
            each.place,
        ),
    )
