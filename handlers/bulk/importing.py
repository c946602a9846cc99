"""A file is imported as its preview was shown, or not at all; in the background, by whichever process was asked.

What is saved is one transaction, and notes itself in it: a process that is killed has saved nothing, or everything, and
then the listener's next publish() ends what it began.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from handlers.bulk import csv_text, owners, preview
from handlers.bulk import rows as bulk_rows
from handlers.bulk.preview import PreviewRow
from handlers.onboarding import password_handovers
from models import csv_import, failure
from models.actor import Actor
from models.csv_import import Claim, CsvImport
from models.errors import SecretUnreadable
from models.extension import Extension
from models.process_names import process_name
from pbx.bulk import upsert
from pbx.bulk.check import check
from pbx.bulk.rows import Outcome
from pbx.errors import SwitchhookError
from pbx.publish import PUBLISH_ERRORS, publish
from pbx.services import Services

log = logging.getLogger("switchhook.bulk")

SAVING, WAITING, DONE = "saving", "waiting", "done"
TELL_EVERY = 0.5  # seconds
UNFORESEEN = "something went wrong inside Switchhook; whoever keeps the server finds it in its log"


class Outdated(Exception):
    """Something has changed since the preview was shown, or the file is gone."""


def checked(services: Services, text: str, unfit: Mapping[str, str] | None = None) -> list[Outcome]:
    """Return what would become of each row. `unfit` as owners.py has it. Raises csv_text.Unreadable."""
    outcomes = check(services, bulk_rows.of_csv_rows(csv_text.read(text)))
    return owners.without_unfit(outcomes, unfit or {})


def begin(services: Services, import_id: int, digest: str, *, by: Actor, hands_over: bool) -> bool:
    """Have it carried out as the preview with that digest has it. False: another is, or it is not as it was any more."""
    claimed = csv_import.claim(services.database, import_id, digest, process_name(), hands_over=hands_over)
    if claimed is None:
        return False
    threading.Thread(target=_carry_out, args=(services, claimed, by), name="csv-import").start()
    return True


def _carry_out(services: Services, claimed: Claim, by: Actor) -> None:
    """Carry it out; what goes wrong is kept with it."""
    step, reason = "", None
    try:
        with csv_import.working(services.database, claimed):
            _save_and_publish(services, claimed, by)
        step = DONE
    except (SwitchhookError, SecretUnreadable, SQLAlchemyError) as error:
        reason = failure.describe(error) if isinstance(error, SQLAlchemyError) else str(error)
        log.warning("an import ended early", extra={"reason": reason})
    except Exception as error:
        log.error("an import ended early", extra={"reason": type(error).__name__})
        reason = UNFORESEEN
    with suppress(SQLAlchemyError):
        csv_import.release(services.database, claimed, step=step, reason=reason)


def _save_and_publish(services: Services, claimed: Claim, by: Actor) -> None:
    found = csv_import.find(services.database, claimed.id)
    if found is None:
        return
    row = found.row
    text, shown = row.text(services.cipher), preview.from_json(row.preview(services.cipher))
    outcomes = checked(services, text, row.unfit)
    try:
        if preview.digest(preview.of(outcomes)) != row.digest:
            raise Outdated
        _save(services, claimed, row, outcomes, by)
    except Outdated:
        log.info("an import is not carried out: it is not as it was shown any more")
        _show_anew(services, claimed, checked(services, text, row.unfit), shown)
        return
    csv_import.note_step(services.database, claimed, WAITING)
    with suppress(*PUBLISH_ERRORS):  # the reasons of the rows say so
        publish(services, told=Progress(services, claimed).told)
    password_handovers.send_due(services)


def _show_anew(
    services: Services, claimed: Claim, outcomes: Sequence[Outcome], shown: Sequence[PreviewRow]
) -> None:
    """Keep the preview as it would be now, with what differs from what was shown."""
    rows = preview.compared(preview.of(outcomes), shown)
    kept = preview.as_json(rows), preview.digest(rows)
    csv_import.renew(services.database, services.cipher, claimed, *kept)


def _save(services: Services, claimed: Claim, row: CsvImport, outcomes: Sequence[Outcome], by: Actor) -> None:
    """Save all or nothing. Raises Outdated."""
    csv_import.note_step(services.database, claimed, SAVING)
    numbers = {each.row.number for each in outcomes if each.is_to_save}
    made = {each.row.number for each in outcomes if each.made_secret} if row.hands_over else set()

    def with_rows(session: Session, overtaken: set[str]) -> None:
        there = session.exec(select(Extension.number, Extension.id, Extension.revision))
        kept = {number: (row_id or 0, revision) for number, row_id, revision in there if number in numbers}
        if overtaken or not csv_import.note_saved(session, claimed, kept):
            raise Outdated
        owned = select(Extension).where(col(Extension.slack_user_id).is_not(None))
        for each in session.exec(owned) if made else ():
            if each.number in made:
                password_handovers.begin(session, each)

    upsert.commit(services, outcomes, by=by, with_rows=with_rows)


class Progress:
    """Notes how far publishing has come, now and then. That it cannot be noted holds nothing up."""

    def __init__(self, services: Services, claimed: Claim) -> None:
        self._services = services
        self._claimed = claimed
        self._last: tuple[str, float] = ("", 0.0)

    def told(self, step: str, done: int, total: int) -> None:
        name, at = self._last
        if name == step and time.monotonic() - at < TELL_EVERY:
            return
        self._last = step, time.monotonic()
        with suppress(SQLAlchemyError):
            csv_import.note_step(self._services.database, self._claimed, str(step), done, total)
