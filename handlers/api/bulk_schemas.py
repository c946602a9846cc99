"""What came of many extensions, as the API and `flask ext import --json` say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel

from handlers.api.problems import FieldFault
from pbx.bulk.rows import Outcome, RowStatus


class BulkRow(BaseModel):
    """What came of one row, or with dry_run would."""

    row: int  # the position in the list, or the line of the file, from 1 on
    extension_number: str
    status: RowStatus
    errors: list[FieldFault] = []  # why it is refused
    reason: str | None = None  # why it is not live yet, or what to know of it
    warnings: list[str] = []
    changed: list[str] = []  # fields
    secret: str | None = None  # one that was made for a new extension; it is shown this once

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        secret = outcome.new_secret if outcome.made_secret else None
        return cls(
            row=outcome.row.place,
            extension_number=outcome.row.number,
            status=outcome.status,
            errors=[FieldFault(field=fault.field, detail=fault.detail) for fault in outcome.faults],
            reason=outcome.reason,
            warnings=list(outcome.warnings),
            changed=list(outcome.changes or {}) if outcome.seen_revision else [],
            secret=secret.get_secret_value() if secret else None,
        )


class BulkCounts(BaseModel):
    """How many rows came to what."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    saved: int = 0  # not live yet


class BulkAnswer(BaseModel):
    """What came of all rows. `dry_run`: nothing was changed."""

    message: str
    dry_run: bool
    counts: BulkCounts
    extensions: list[BulkRow]

    @classmethod
    def of(cls, outcomes: Sequence[Outcome], message: str, *, dry_run: bool, with_secrets: bool) -> Self:
        rows = [BulkRow.of(each) for each in outcomes]
        if not with_secrets:
            rows = [row.model_copy(update={"secret": None}) for row in rows]
        counts = BulkCounts.model_validate(Counter(str(row.status) for row in rows))
        return cls(message=message, dry_run=dry_run, counts=counts, extensions=rows)
