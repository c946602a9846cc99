"""Ends moves of phones between the administrator's files and Switchhook's lines that a crash has interrupted.

Whichever step was the last: what the files have of a phone counts, so that Asterisk never finds it twice.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from contextlib import suppress

from sqlalchemy import update
from sqlmodel import col, delete, select

from models import audit
from models.actor import SWITCHHOOK
from models.extension import Extension, State
from pbx import config_files
from pbx.adoption import markers
from pbx.ami import connected
from pbx.config import reader
from pbx.config.managed_files import ConfigOnDisk
from pbx.errors import ConfigFileError
from pbx.publishing import reloads
from pbx.services import Services

log = logging.getLogger("switchhook.publish")


def settle(services: Services) -> None:
    """Drop rows of phones that the administrator's files have, and leave the others to publish().

    Raises ConfigFileError, AsteriskUnavailable.
    """
    with services.database.session() as session:
        moving = session.exec(select(Extension).where(col(Extension.moving))).all()
    if not moving:
        return
    on_disk = reader.read(services.settings)
    for path in on_disk.admin.files:
        with suppress(OSError):  # they are those of whoever may write there
            config_files.remove_leftovers(path)
    hand_written = [row for row in moving if on_disk.admin.endpoints(row.number)]
    if not _restored(on_disk, {row.number for row in hand_written}):
        return  # their rows are refused, saying where they stand
    _drop(services, hand_written)
    if kept := {row.number for row in moving} - {row.number for row in hand_written}:
        _keep(services, kept)


def _restored(on_disk: ConfigOnDisk, numbers: Collection[str]) -> bool:
    """Bring back what else of these phones is commented out, and return whether that could be done."""
    try:
        for path in on_disk.admin.files if numbers else ():
            before = config_files.content(path)
            if markers.numbers_in(before) & set(numbers):
                with config_files.staged_content(path, before, markers.uncomment(before, numbers)) as replace:
                    replace()
    except ConfigFileError as error:
        log.warning("an interrupted adoption cannot be undone", extra={"reason": str(error)})
        return False
    return True


def _drop(services: Services, rows: Collection[Extension]) -> None:
    with services.database.session() as session:
        for row in rows:
            log.warning("a phone stays as it was written by hand", extra={"number": row.number})
            session.exec(delete(Extension).where(col(Extension.id) == row.id, col(Extension.moving)))
            audit.record(session, SWITCHHOOK, "released", row.number)


def _keep(services: Services, numbers: Collection[str]) -> None:
    """Have Asterisk forget the administrator's first: publish() would see no difference, as the values are the same."""
    with connected(services.settings) as asterisk:
        reloads.reload_pjsip(asterisk)
    with services.database.session() as session:
        these = col(Extension.number).in_(numbers), col(Extension.moving)
        session.exec(update(Extension).where(*these).values(moving=False, state=State.PENDING))
