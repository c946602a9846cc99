"""After a change of SECRET_KEY: secrets that an older key sealed are sealed with the newest, and the old key may go."""

from __future__ import annotations

import logging
from typing import Any

from sqlmodel import Session, col, select, update

from models.extension import Extension
from models.secret_box import SecretBox
from pbx import config_files
from pbx.system import PhoneSystem

log = logging.getLogger("switchhook.reseal")


def reseal(system: PhoneSystem) -> int:
    """How many extensions had an older key's secrets. Raises SecretUnreadable, ConfigFileError; nothing is changed then."""
    with config_files.locked(system.settings.asterisk_config_dir):  # publish() writes `accepted`, too
        with system.database.session() as session:
            rows = session.exec(select(Extension)).all()
        older = [(row, values) for row in rows if (values := _renewed(system.box, row))]
        with system.database.session() as session:
            renewed = sum(_renew(session, row, values) for row, values in older)
    if renewed == len(older):  # otherwise somebody was changing a secret: the next run looks again
        log.info("all stored secrets are sealed with the newest SECRET_KEY", extra={"renewed": renewed})
    return renewed


def _renew(session: Session, row: Extension, values: dict[str, Any]) -> int:
    this = col(Extension.id) == row.id, col(Extension.sealed_secret) == row.sealed_secret
    return session.exec(update(Extension).where(*this).values(**values)).rowcount


def _renewed(box: SecretBox, row: Extension) -> dict[str, Any]:
    """What changes, if anything. Equal seals stay equal: by that publish() knows a new secret from an old one."""
    seals = {row.sealed_secret: box.renewed(row.sealed_secret)}
    values: dict[str, Any] = {"sealed_secret": seals[row.sealed_secret]}
    if row.accepted:
        old = row.accepted["sealed_secret"]
        values["accepted"] = row.accepted | {"sealed_secret": seals.get(old) or box.renewed(old)}
    changed = values["sealed_secret"] != row.sealed_secret or values.get("accepted") != row.accepted
    return values if changed else {}
