"""The `<id>` of an address: an extension's id in the database, or `number:101`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from handlers.api.problems import Problem
from models.extension import Extension
from models.number import NUMBER, is_number
from pbx import extensions
from pbx.services import Services

BY_NUMBER = "number:"
MAX_ID = 2**31 - 1  # what PostgreSQL's integer holds

ExtensionId = Annotated[
    str,
    Field(
        description="The extension's id, or `number:` and its number.",
        examples=["7", "number:101"],
        pattern=f"^([0-9]{{1,18}}|{BY_NUMBER}{NUMBER})$",
    ),
]


def extension_of(services: Services, given: str) -> Extension:
    """Return the extension of an `<id>`. Raises NotFound, Problem."""
    number = given.removeprefix(BY_NUMBER)
    if number != given:
        return extensions.get(services, number)
    with services.database.session() as session:
        row = session.get(Extension, int(given)) if int(given) <= MAX_ID else None
    if row is None:
        by_number = f", {BY_NUMBER}{given} for the one of that number" if is_number(given) else ""
        raise Problem(
            404, f"there is no extension with the id {given}: GET /api/extensions lists them{by_number}"
        )
    return row
