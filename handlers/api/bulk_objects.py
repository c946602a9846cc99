"""Many extensions as JSON has them, into rows of pbx/bulk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from handlers.api import extension_fields
from handlers.api.change_schemas import ChangedFields
from handlers.bulk import rows
from models.field_rules import Number
from pbx.bulk.rows import Row

MAX_ADVISED = 100  # rows of a request that are told what may have been meant: it takes a while to find out


class BulkExtension(ChangedFields):
    """One row of JSON: what POST /api/extensions takes, the number among it."""

    extension_number: Number


def of_json(objects: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return the rows of objects as POST /api/extensions takes them."""
    found: list[Row] = []
    wrong = 0
    for place, values in enumerate(objects, start=1):
        row = _of_object(place, values, BulkExtension.model_fields if wrong < MAX_ADVISED else ())
        wrong += row.given is None
        found.append(row)
    return found


def _of_object(place: int, values: Mapping[str, Any], known: Collection[str]) -> Row:
    """As of_fields(). `known`: the fields to tell whoever misspelt one."""
    try:
        given = extension_fields.given(BulkExtension.model_validate(values))
    except ValidationError as error:
        return rows.faulty(place, values, error, known)
    return rows.of_fields(place, given)
