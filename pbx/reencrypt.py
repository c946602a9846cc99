"""After a change of SECRET_KEY: secrets that an older key encrypted get the newest, and the old key may go."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select, update

from models import adopted_options, csv_import, idempotency, inbox, inbox_answer, status_connection
from models.encryption import SecretCipher
from models.errors import SecretUnreadable
from models.extension import Extension
from pbx import config_files
from pbx.services import Services

log = logging.getLogger("switchhook.reencrypt")


def key_conflict(services: Services) -> str | None:
    """Return why SECRET_KEY is not the one that encrypted the phones' secrets, going by the oldest. None: it is."""
    with services.database.session() as session:
        oldest = session.exec(select(Extension).order_by(col(Extension.id)).limit(1)).first()
    if oldest is None or _is_readable(services.cipher, oldest.encrypted_secret):
        return None
    return (
        f"no key in SECRET_KEY opens the secret of extension {oldest.number}: put the key that sealed it back, behind "
        "the new one if that has sealed others meanwhile, and restart both processes"
    )


def reencrypt(services: Services) -> int:
    """Encrypt what an older key encrypted with the newest, and return how many extensions had such secrets.

    Also the stored answers of the API, requests of Slack's and files to import, which may have secrets, and people's
    tokens of Slack. A secret that no key decrypts stays as it is, and is
    logged. Raises ConfigFileError; no extension is changed then.
    """
    idempotency.reencrypt(services.database, services.cipher)
    inbox.reencrypt(services.database, services.cipher)
    inbox_answer.reencrypt(services.database, services.cipher)
    csv_import.reencrypt(services.database, services.cipher)
    status_connection.reencrypt(services.database, services.cipher)
    with config_files.locked(services.settings.asterisk_config_dir):  # publish() writes `last_verified`, too
        with services.database.session() as session:
            rows = session.exec(select(Extension)).all()
        changes = [(row, _reencrypted(services.cipher, row)) for row in rows]
        older = [(row, values) for row, values in changes if values]
        with services.database.session() as session:
            renewed = sum(_update(session, row, values) for row, values in older)
    if unreadable := [
        row.number for row in rows if not all(_is_readable(services.cipher, each) for each in _stored(row))
    ]:
        log.error(
            "no key in SECRET_KEY opens the secrets of some extensions: put the key that sealed them back behind "
            "the new one, or do what /ext status says of each",
            extra={"numbers": unreadable},
        )
    elif renewed == len(older):  # otherwise somebody has just changed a secret: the next run finds the rest
        log.info("all stored secrets are sealed with the newest SECRET_KEY", extra={"renewed": renewed})
    return renewed


def _update(session: Session, row: Extension, values: dict[str, Any]) -> int:
    this = col(Extension.id) == row.id, col(Extension.revision) == row.revision
    return session.exec(update(Extension).where(*this).values(**values)).rowcount


def _reencrypted(cipher: SecretCipher, row: Extension) -> dict[str, Any]:
    """Return the columns that change. Equal texts stay equal: by that publish() tells a new secret from an old one."""
    new = {old: cipher.reencrypt(old) for old in set(_stored(row)) if _is_readable(cipher, old)}
    values = _with_tokens(
        {"encrypted_secret": row.encrypted_secret, "adopted_options": row.adopted_options}, new
    )
    if row.last_verified:
        values["last_verified"] = row.last_verified | _with_tokens(row.last_verified, new)
    return {name: value for name, value in values.items() if value != getattr(row, name)}


def _with_tokens(values: Mapping[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    """Return those of these fields that are encrypted, with other tokens."""
    found: dict[str, Any] = {}
    if secret := values.get("encrypted_secret"):
        found["encrypted_secret"] = new.get(secret, secret)
    if options := values.get("adopted_options"):
        found["adopted_options"] = adopted_options.with_tokens(options, new)
    return found


def _stored(row: Extension) -> list[str]:
    """Return the encrypted texts of the desired state and of what a refused change falls back to."""
    verified = row.last_verified or {}
    secrets = [
        row.encrypted_secret,
        *([verified["encrypted_secret"]] if "encrypted_secret" in verified else []),
    ]
    options = [row.adopted_options or {}, verified.get("adopted_options") or {}]
    return [*secrets, *(token for each in options for token in adopted_options.tokens(each))]


def _is_readable(cipher: SecretCipher, encrypted: str) -> bool:
    try:
        cipher.decrypt(encrypted)
    except SecretUnreadable:
        return False
    return True
