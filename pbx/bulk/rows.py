"""Pure: a row of many, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from pydantic import SecretStr

from models.audit import Differences
from models.extension import Extension
from models.fields import Changes

MAX_ROWS = 10_000


class Fault(NamedTuple):
    """What is wrong with a row, and what would be right. `field` is empty where it is not one field's."""

    field: str
    detail: str


class Row(NamedTuple):
    """What somebody asks for. `place`: the line of a file or the position in a list, from 1 on.

    `given` is None for what cannot be read, as `faults` say; the number may be empty then.
    """

    place: int
    number: str
    given: Changes | None
    faults: tuple[Fault, ...] = ()


class RowStatus(StrEnum):
    """What became of a row; before it is carried out, what would."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"  # nothing of it was saved; `faults` say why
    SAVED = "saved"  # not live, or not as asked; `reason` says why


@dataclass(frozen=True)
class Outcome:
    """What became of one row. `extension`: as it is to be, and then as it is."""

    row: Row
    status: RowStatus
    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()  # a sentence each: it is done, and may not be what was meant
    reason: str | None = None
    extension: Extension | None = None
    seen_revision: int = 0  # of the one that is changed
    changes: Differences | None = None
    new_secret: SecretStr | None = None  # that a new one gets
    made_secret: bool = False  # and that nobody knows yet

    @property
    def is_to_save(self) -> bool:
        return self.status in (RowStatus.CREATED, RowStatus.CHANGED)

    @property
    def has_failed(self) -> bool:
        return self.status in (RowStatus.REFUSED, RowStatus.SAVED)


def refused(row: Row, *faults: Fault) -> Outcome:
    return Outcome(row, RowStatus.REFUSED, faults)
