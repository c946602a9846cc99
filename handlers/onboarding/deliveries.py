"""Works off what HR systems delivered: waiting deliveries in order, then one publish() for all of them."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from handlers.hr import lookup
from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import details, employees, inbox, messages
from handlers.onboarding.employees import Office
from handlers.onboarding.inbox import Part
from models.hr_delivery import DeliveryState, HrDelivery
from models.types import now
from pbx.errors import Refusal
from pbx.publish import TROUBLE, publish

log = logging.getLogger("switchhook.hr")

AT_ONCE = 100  # deliveries between two publishes
TRIES = 6  # within a quarter of an hour
FIRST_PAUSE = timedelta(seconds=2)
NO_CHANGE = "it says that something changed, but not what"


@dataclass
class Outcome:
    """What became of a delivery's events."""

    done: list[str] = field(default_factory=list)  # in words
    lacking: list[Part] = field(default_factory=list)  # those that wait for details
    undone: list[Part] = field(default_factory=list)  # to be tried again, or given up


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
    outcome = Outcome()
    for given in row.events:
        _carry_out(office, row, given, outcome)
    with office.system.database.session() as session:
        _settle(session, office, row, outcome)


def _carry_out(office: Office, row: HrDelivery, given: dict[str, Any], outcome: Outcome) -> None:
    """Each event for itself: one of them holds up neither the others nor the deliveries behind it."""
    try:
        event = EmployeeEvent.model_validate(given).as_heard(row.received_at)
        event = details.with_known_name(office, row.source, event)
        if details.lacking(office, row.source, event):
            outcome.lacking.append(_asks(office, row, given))
            return
        outcome.done += [employees.apply(office, row.source, event), *event.problems]
        details.follow(office, row.source, event)
    except Refusal as refusal:
        outcome.undone.append(_fails(given, str(refusal)))
    except Exception as error:
        outcome.undone.append(_again_or_never(row, given, error))


def _asks(office: Office, row: HrDelivery, given: dict[str, Any]) -> Part:
    ask_at = now() if lookup.access_to(row.source, office.system.settings) else None
    waits = {"state": DeliveryState.NEEDS_DETAILS, "next_try_at": ask_at, "attempts": 0, "reason": None}
    return {"events": [given], **waits}


def _fails(given: dict[str, Any], reason: str) -> Part:
    return {"events": [given], "state": DeliveryState.FAILED, "reason": reason}


def _again_or_never(row: HrDelivery, given: dict[str, Any], error: Exception) -> Part:
    """What nobody has thought of may pass, as a database does that is busy; if it does not, people are to hear of it."""
    attempts, reason = row.attempts + 1, type(error).__name__
    given_up = attempts >= TRIES
    log.warning(
        "an HR delivery cannot be carried out",
        extra={"delivery": row.id, "reason": reason, "attempts": attempts},
        exc_info=given_up,
    )
    if given_up:
        return _fails(given, f"something is wrong inside Switchhook ({reason}), and its log says more")
    at = now() + FIRST_PAUSE * 4 ** (attempts - 1)
    return {"events": [given], "state": DeliveryState.WAITING, "attempts": attempts, "next_try_at": at}


def _settle(session: Session, office: Office, row: HrDelivery, outcome: Outcome) -> None:
    """What is left goes on in parts, a delivery for each person: nobody holds up another."""
    parts = outcome.lacking + outcome.undone
    if not parts:
        _finish(session, row, outcome)
        return
    for each in inbox.divide(session, row, parts):
        if each.state is DeliveryState.FAILED:
            _tell_admins(session, office, each)


def _finish(session: Session, row: HrDelivery, outcome: Outcome) -> None:
    if all(EmployeeEvent.model_validate(event).says_nothing for event in row.events):
        inbox.move(session, row, state=DeliveryState.IGNORED, reason=row.reason or NO_CHANGE, done_at=now())
    else:
        inbox.move(session, row, state=DeliveryState.DONE, reason="; ".join(outcome.done), done_at=now())


def _tell_admins(session: Session, office: Office, row: HrDelivery) -> None:
    """Once, with a button."""
    log.warning("an HR delivery failed", extra={"delivery": row.id, "reason": row.reason})
    content = messages.failed(row.id or 0, row.source, row.reason or "")
    employees.tell_admins(session, office, f"hr-failed:{row.id}", content)
