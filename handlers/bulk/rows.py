"""What somebody gives for each of many extensions, by the names of the API, into rows of pbx/bulk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from handlers.api.problems import faults_of
from handlers.bulk.csv_text import COLUMNS, NUMBER, OTHER_NAMES, CsvRow, decoded, read
from models.field_rules import Number
from models.fields import Changes
from models.number import is_number
from pbx.bulk.rows import Fault, Row

MAX_FAULTS = 5  # of one row: there are thousands of rows


class RowFields(Changes):
    """One row: the number, and the fields that are given."""

    extension_number: Number


def of_csv(content: bytes) -> list[Row]:
    """Return the rows of a CSV file. Raises Unreadable for what is no such file as a whole, or too large."""
    return of_csv_rows(read(decoded(content)))


def of_csv_rows(rows: Iterable[CsvRow]) -> list[Row]:
    return [_unreadable(row) if row.fault else of_fields(row.line, row.values) for row in rows]


def _unreadable(row: CsvRow) -> Row:
    return Row(row.line, _shown(row.values), None, (Fault("", row.fault),))


def of_fields(place: int, values: Mapping[str, Any]) -> Row:
    """Return the row, with a fault for each field that is wrong."""
    named = {OTHER_NAMES.get(name, name): value for name, value in values.items()}
    try:
        fields = RowFields.model_validate(named)
    except ValidationError as error:
        return faulty(place, named, error, COLUMNS)
    given = fields.given()
    return Row(place, given.pop(NUMBER), Changes.model_construct(set(given), **given))


def faulty(place: int, values: Mapping[str, Any], error: ValidationError, known: Collection[str]) -> Row:
    """Return the row with its faults. `known`: the fields to tell whoever misspelt one."""
    faults = tuple(Fault(each.field, each.detail) for each in faults_of(error, known, MAX_FAULTS))
    return Row(place, _shown(values), None, faults)


def _shown(values: Mapping[str, Any]) -> str:
    """Return the number that was given; empty for what is none: it may be a secret in the wrong place."""
    number = values.get(NUMBER)
    return number if isinstance(number, str) and is_number(number) else ""
