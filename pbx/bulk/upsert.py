"""The use case behind check(): each row makes an extension, or changes the one of its number; one publish() for all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from sqlmodel import select

from models.actor import Actor
from models.extension import Extension, State
from pbx.bulk import save
from pbx.bulk.rows import Fault, Outcome, RowStatus, refused
from pbx.bulk.save import WithRows
from pbx.publish import PUBLISH_ERRORS, publish
from pbx.services import Services

log = logging.getLogger("switchhook.bulk")

OVERTAKEN = "somebody else has made or changed it at the same moment: look at it, and send the row again"
CHANGED_AGAIN = "somebody has changed or deleted it at the same moment: flask ext audit says who did what"
NOT_ASKED_YET = "Asterisk has not shown it yet"


def commit(
    services: Services,
    outcomes: Sequence[Outcome],
    *,
    by: Actor,
    with_rows: WithRows = lambda _session, _overtaken: None,
) -> list[Outcome]:
    """Commit what check() found good; refuse what somebody else has made or changed since. `with_rows` as save() has it."""
    overtaken = save.save(services, outcomes, by=by, with_rows=with_rows)
    saved = [
        refused(each.row, Fault("", OVERTAKEN)) if each.is_to_save and each.row.number in overtaken else each
        for each in outcomes
    ]
    if count := sum(each.is_to_save for each in saved):
        log.info("saved many", extra={"count": count, "by": str(by)})
    return saved


def publish_all(
    services: Services, outcomes: Sequence[Outcome], *, wait: float | None = None
) -> list[Outcome]:
    """Publish once, and return what became of each row.

    What was committed by one that was killed then is published, too. `wait`: after that many seconds, what is not live
    yet is returned as such, and publishing goes on.
    """
    if any(
        each.is_to_save or (each.extension and each.extension.state is not State.LIVE) for each in outcomes
    ):
        _publish(services, wait)
    return list(_as_they_are(services, outcomes))


def _publish(services: Services, wait: float | None) -> None:
    if wait is None:
        _published(services)
        return
    thread = threading.Thread(target=_published_behind, args=(services,), name="bulk-publish")
    thread.start()
    thread.join(wait)


def _published(services: Services) -> None:
    """Publish; errors of it are in the reasons of the rows."""
    with suppress(*PUBLISH_ERRORS):
        publish(services)


def _published_behind(services: Services) -> None:
    """Log what nobody may be there to hear any more: the next publish() tries again."""
    try:
        _published(services)
    except Exception:
        log.exception("publishing many failed")


def _as_they_are(services: Services, outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
    with services.database.session() as session:
        rows = {row.number: row for row in session.exec(select(Extension))}
    for each in outcomes:
        yield _as_it_is(each, rows) if each.extension else each


def _as_it_is(outcome: Outcome, rows: Mapping[str, Extension]) -> Outcome:
    asked, row = outcome.extension, rows.get(outcome.row.number)
    if asked is None or row is None or row.encrypted_secret != asked.encrypted_secret:
        return replace(outcome, status=RowStatus.SAVED, reason=CHANGED_AGAIN, new_secret=None, extension=row)
    if row.state is not State.LIVE:
        reason = row.reason or NOT_ASKED_YET
        return replace(outcome, status=RowStatus.SAVED, reason=reason, extension=row)
    return replace(outcome, extension=row, reason=row.reason)
