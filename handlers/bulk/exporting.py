"""Extensions, and the secrets that were made for new ones, as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import select

from handlers.bulk import csv_text
from models import audit
from models.encryption import SecretCipher
from models.errors import SecretUnreadable
from models.extension import BY_NUMBER, Extension, State
from pbx.bulk.rows import Outcome
from pbx.errors import Refusal
from pbx.services import Services

SECRET_COLUMNS = (csv_text.NUMBER, "name", "secret")


def extensions(services: Services) -> list[Extension]:
    """Return all that are not being deleted, in order of number."""
    query = select(Extension).where(Extension.state != State.DELETING).order_by(*BY_NUMBER)
    with services.database.session() as session:
        return list(session.exec(query))


def text(rows: Sequence[Extension], cipher: SecretCipher | None = None) -> str:
    """Return all columns as CSV. `cipher`: with the secrets. Raises Refusal for one whose key is lost."""
    columns = [name for name in csv_text.COLUMNS if name != "secret" or cipher]
    return csv_text.write([_values(row, cipher) for row in rows], columns)


def _values(row: Extension, cipher: SecretCipher | None) -> dict[str, Any]:
    values = audit.settings_of(row) | {csv_text.NUMBER: row.number}
    if cipher:
        values["secret"] = secret_of(row, cipher)
    return values


def secret_of(row: Extension, cipher: SecretCipher) -> str:
    """Raises Refusal for a secret whose key is lost."""
    try:
        return cipher.decrypt(row.encrypted_secret).get_secret_value()
    except SecretUnreadable as error:
        raise Refusal(f"{row.number}: {error}") from None


def made_secrets(outcomes: Iterable[Outcome]) -> str:
    """Return number, name and secret of each new one as CSV."""
    rows = [
        {
            csv_text.NUMBER: each.row.number,
            "name": each.extension.name,
            "secret": each.new_secret.get_secret_value(),
        }
        for each in outcomes
        if each.extension and each.new_secret
    ]
    return csv_text.write(rows, SECRET_COLUMNS)
