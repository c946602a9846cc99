"""What came of many extensions, as the API and `flask ext import --json` say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from handlers.api.extension_schemas import Body
from handlers.api.next_steps import Sentence
from handlers.api.problems import FieldFault
from pbx.bulk.rows import MAX_ROWS, Outcome, RowStatus

EXAMPLE: dict[str, Any] = {
    "extensions": [
        {"extension_number": "101", "name": "Alice Smith", "email": "alice@example.com"},
        {"extension_number": "102", "name": "Bob", "codecs": ["ulaw"]},
    ],
    "dry_run": False,
}
ANSWER_EXAMPLE: dict[str, Any] = {
    "message": "2 rows: 1 created, 1 refused.",
    "dry_run": False,
    "counts": {"created": 1, "changed": 0, "unchanged": 0, "refused": 1, "saved": 0},
    "extensions": [
        {
            "row": 1,
            "extension_number": "101",
            "status": "created",
            "errors": [],
            "reason": None,
            "warnings": [],
            "changed": [],
            "secret": "kRz4Tn8vWq2Lx7Bd",
        },
        {
            "row": 2,
            "extension_number": "112",
            "status": "refused",
            "errors": [{"field": "extension_number", "detail": "112 is an emergency number"}],
            "reason": None,
            "warnings": [],
            "changed": [],
            "secret": None,
        },
    ],
}


class BulkBody(Body):
    """Extensions to make, or to change where they differ."""

    model_config = ConfigDict(title="BulkExtensions", json_schema_extra={"examples": [EXAMPLE]})

    extensions: list[dict[str, Any]] = Field(
        description="Each with the fields of POST /api/extensions: extension_number always, name for a new one.",
        max_length=MAX_ROWS,
    )
    dry_run: StrictBool = Field(False, description="As `dry_run` in the address, which CSV needs.")


class BulkQuery(BaseModel, extra="forbid"):
    """What may stand in the address."""

    dry_run: bool = Field(
        False, description="Say what would become of each row, and change nothing.", examples=[True]
    )


class BulkRow(BaseModel):
    """What came of one row, or with dry_run would."""

    row: int = Field(description="Its position in the list, or its line in the file, from 1 on.")
    extension_number: str = Field(description="Empty if there was none that could be read.")
    status: RowStatus = Field(
        description="created, changed, unchanged (it was so already), refused (nothing of it was saved: see errors) or "
        "saved (but not live: see reason)."
    )
    errors: list[FieldFault] = Field(description="Why it is refused, field by field.")
    reason: Sentence | None = Field(description="Why it is not live; of a live one, what to know besides.")
    warnings: list[Sentence] = Field(
        description="It is done, and may not be what was meant: a sentence each."
    )
    changed: list[str] = Field(description="The fields that were changed.")
    secret: str | None = Field(
        description="The password that was made for a new extension without one. It is never shown again."
    )

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
    saved: int = Field(0, description="Not live yet.")


class BulkAnswer(BaseModel):
    """What came of all rows. `dry_run`: nothing was changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWER_EXAMPLE]})

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
