"""What somebody gives for each of many extensions, by the names of the API, into rows of pbx/bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from handlers.api.problems import of_validation
from handlers.bulk_csv import COLUMNS, NUMBER, OTHER_NAMES, CsvRow
from models.field_rules import Number
from models.fields import Changes
from pbx.bulk.rows import Fault, Row


class RowFields(Changes):
    """One row: the number, and the fields that are given."""

    extension_number: Number


def of_csv(rows: Iterable[CsvRow]) -> list[Row]:
    return [_unreadable(row) if row.fault else of_fields(row.line, row.values) for row in rows]


def _unreadable(row: CsvRow) -> Row:
    return Row(row.line, row.values.get(NUMBER, ""), None, (Fault("", row.fault),))


def of_fields(place: int, values: Mapping[str, Any]) -> Row:
    """Return the row, with a fault for each field that is wrong."""
    named = {OTHER_NAMES.get(name, name): value for name, value in values.items()}
    try:
        fields = RowFields.model_validate(named)
    except ValidationError as error:
        faults = of_validation(error, COLUMNS).members["errors"]
        return Row(
            place, str(named.get(NUMBER, "")), None, tuple(Fault(each.field, each.detail) for each in faults)
        )
    given = fields.given()
    return Row(place, given.pop(NUMBER), Changes.model_construct(set(given), **given))
