"""Works off what HR systems delivered: waiting deliveries in order, then one publish() for all of them."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from handlers.hr import lookup
from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import details, employees, inbox, messages
from handlers.onboarding.employees import Office
from models.hr_delivery import DeliveryState, HrDelivery
from models.types import now
from pbx.errors import Refusal
from pbx.publish import TROUBLE, publish

log = logging.getLogger("switchhook.hr")

AT_ONCE = 100  # deliveries between two publishes
AGAIN = timedelta(seconds=30)
NO_CHANGE = "it says that something changed, but not what"


@dataclass
class Outcome:
    """What became of a delivery's events."""

    done: list[str] = field(default_factory=list)  # in words
    refused: list[str] = field(default_factory=list)  # why, in words
    undone: list[dict[str, Any]] = field(default_factory=list)  # the events that were refused
    lacking: list[dict[str, Any]] = field(default_factory=list)  # those that wait for details


def work(office: Office) -> int:
    """The next deliveries; how many there were."""
    with office.system.database.session() as session:
        due = (col(HrDelivery.next_try_at).is_(None)) | (col(HrDelivery.next_try_at) <= now())
        waiting = select(HrDelivery).where(HrDelivery.state == DeliveryState.WAITING, due)
        rows = session.exec(waiting.order_by(col(HrDelivery.id)).limit(AT_ONCE)).all()
    for row in rows:
        _work_on(office, row)
    if rows:
        with suppress(*TROUBLE):  # saved with the rows that wait; tried again every minute
            publish(office.system)
    return len(rows)


def _work_on(office: Office, row: HrDelivery) -> None:
    try:
        outcome = _carried_out(office, row)
    except SQLAlchemyError as error:
        log.warning("an HR delivery has to wait", extra={"delivery": row.id, "reason": type(error).__name__})
        with office.system.database.session() as session:
            inbox.move(session, row, attempts=row.attempts + 1, next_try_at=now() + AGAIN)
        return
    with office.system.database.session() as session:
        _settle(session, office, row, outcome)


def _carried_out(office: Office, row: HrDelivery) -> Outcome:
    """Each event for itself: one of them does not hold up the others."""
    outcome = Outcome()
    for given in row.events:
        event = details.with_known_name(office, row.source, EmployeeEvent.model_validate(given))
        try:
            if details.lacking(office, row.source, event):
                outcome.lacking.append(given)
            else:
                outcome.done.append(employees.apply(office, row.source, event))
                details.follow(office, row.source, event)
        except Refusal as refusal:
            outcome.refused.append(str(refusal))
            outcome.undone.append(given)
    return outcome


def _settle(session: Session, office: Office, row: HrDelivery, outcome: Outcome) -> None:
    """What is left goes on in parts, a delivery for each person who waits: nobody holds up another."""
    ask_at = now() if lookup.access_to(row.source, office.system.settings) else None
    waits = {"state": DeliveryState.NEEDS_DETAILS, "next_try_at": ask_at, "attempts": 0, "reason": None}
    parts: list[dict[str, Any]] = [{"events": [event], **waits} for event in outcome.lacking]
    if outcome.undone:
        reason = "; ".join(outcome.refused)
        parts.append({"events": outcome.undone, "state": DeliveryState.FAILED, "reason": reason})
    if not parts:
        _finish(session, row, outcome)
        return
    rows = inbox.divide(session, row, parts)
    if outcome.undone:
        _tell_admins(session, office, rows[-1], reason)


def _finish(session: Session, row: HrDelivery, outcome: Outcome) -> None:
    if all(EmployeeEvent.model_validate(event).says_nothing for event in row.events):
        inbox.move(session, row, state=DeliveryState.IGNORED, reason=row.reason or NO_CHANGE, done_at=now())
    else:
        inbox.move(session, row, state=DeliveryState.DONE, reason="; ".join(outcome.done), done_at=now())


def _tell_admins(session: Session, office: Office, row: HrDelivery, reason: str) -> None:
    """Once, with a button."""
    log.warning("an HR delivery failed", extra={"delivery": row.id, "reason": reason})
    content = messages.failed(row.id or 0, row.source, reason)
    employees.tell_admins(session, office, f"hr-failed:{row.id}", content)
