"""A column whose texts are encrypted with a key of SECRET_KEY."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select, update

from models.database import Database
from models.encryption import SecretCipher
from models.errors import SecretUnreadable


def reencrypt(database: Database, cipher: SecretCipher, key: Any, sealed: Any) -> int:
    """Encrypt with the newest key what an older one did, and return how many. What no key opens stays as it is.

    `key`: the table's primary key; `sealed`: its column.
    """
    with database.session() as session:
        keys: Sequence[Any] = session.exec(select(key)).all()
    return sum(_reencrypt(database, cipher, col(key) == each, sealed) for each in keys)


def _reencrypt(database: Database, cipher: SecretCipher, this: Any, sealed: Any) -> int:
    """Do so with one row, as its text may be large."""
    with database.session() as session:
        text = session.exec(select(sealed).where(this)).first()
    try:
        new = cipher.reencrypt(text) if text else text
    except SecretUnreadable:
        return 0
    if new == text:
        return 0
    changed = update(sealed.class_).where(this, col(sealed) == text).values({sealed: new})
    with database.session() as session:
        return session.exec(changed).rowcount
