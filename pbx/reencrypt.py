"""After a change of SECRET_KEY: secrets that an older key sealed are sealed with the newest, and the old key may go."""

from __future__ import annotations

import logging
from typing import Any

from sqlmodel import Session, col, select, update

from models.encryption import SecretBox
from models.errors import SecretUnreadable
from models.extension import Extension
from pbx import config_files
from pbx.services import Services

log = logging.getLogger("switchhook.reencrypt")


def objection(system: Services) -> str | None:
    """Say so when SECRET_KEY is not the one that sealed the phones' secrets, going by the oldest. None: it is."""
    with system.database.session() as session:
        oldest = session.exec(select(Extension).order_by(col(Extension.id)).limit(1)).first()
    if oldest is None or _opens(system.box, oldest.encrypted_secret):
        return None
    return (
        f"no key in SECRET_KEY opens the secret of extension {oldest.number}: put the key that sealed it back, behind "
        "the new one if that has sealed others meanwhile, and restart both processes"
    )


def reencrypt(system: Services) -> int:
    """How many extensions had an older key's secrets. Raises ConfigFileError; nothing is changed then.

    A secret that no key opens stays as it is, and is reported.
    """
    with config_files.locked(system.settings.asterisk_config_dir):  # publish() writes `last_verified`, too
        with system.database.session() as session:
            rows = session.exec(select(Extension)).all()
        changes = [(row, _renewed(system.box, row)) for row in rows]
        older = [(row, values) for row, values in changes if values]
        with system.database.session() as session:
            renewed = sum(_renew(session, row, values) for row, values in older)
    if unreadable := [
        row.number for row in rows if not all(_opens(system.box, each) for each in _seals(row))
    ]:
        log.error(
            "no key in SECRET_KEY opens the secrets of some extensions: put the key that sealed them back behind "
            "the new one, or give each a new secret with /ext secret",
            extra={"numbers": unreadable},
        )
    elif renewed == len(older):  # otherwise somebody was changing a secret: the next run looks again
        log.info("all stored secrets are sealed with the newest SECRET_KEY", extra={"renewed": renewed})
    return renewed


def _renew(session: Session, row: Extension, values: dict[str, Any]) -> int:
    this = col(Extension.id) == row.id, col(Extension.encrypted_secret) == row.encrypted_secret
    return session.exec(update(Extension).where(*this).values(**values)).rowcount


def _renewed(box: SecretBox, row: Extension) -> dict[str, Any]:
    """What changes, if anything. Equal seals stay equal: by that publish() knows a new secret from an old one."""
    seals = {old: box.renewed(old) for old in set(_seals(row)) if _opens(box, old)}
    values: dict[str, Any] = {"encrypted_secret": seals.get(row.encrypted_secret, row.encrypted_secret)}
    if row.last_verified and (new := seals.get(row.last_verified.get("encrypted_secret", ""))):
        values["last_verified"] = row.last_verified | {"encrypted_secret": new}
    return {name: value for name, value in values.items() if value != getattr(row, name)}


def _seals(row: Extension) -> list[str]:
    """Of what is wished, and of what a refused change falls back to."""
    verified = (row.last_verified or {}).get("encrypted_secret")
    return [row.encrypted_secret, verified] if isinstance(verified, str) else [row.encrypted_secret]


def _opens(box: SecretBox, sealed: str) -> bool:
    try:
        box.open(sealed)
    except SecretUnreadable:
        return False
    return True
