"""What HR did not tell of an employee: who lacks it, and what goes on once it is known.

Details belong to a person, not to a delivery: HR systems tell of one joining more than once.
"""

from __future__ import annotations

import logging
from typing import Any

from sqlmodel import Session, col, select

from handlers import audit_messages
from handlers.hr import lookup
from handlers.hr.employee import DETAILS, EmployeeEvent
from handlers.onboarding import decisions, event_order, inbox
from handlers.onboarding.context import OnboardingContext
from handlers.slack import done_copies
from handlers.slack.done import Done
from handlers.slack.modals.faults import Faults
from models import audit, outbox
from models.actor import Actor
from models.employee import Employee
from models.hr_delivery import HrDelivery
from models.types import now
from pbx.services import Services

log = logging.getLogger("switchhook.hr")

Details = dict[str, Any]  # of an EmployeeEvent, as JSON has them

QUESTION = "hr-details:"  # how the subject of what the admins are asked begins; the employee follows
LEFT_MEANWHILE = "left meanwhile"
KNOWN_MEANWHILE = Done(what="HR has told the details meanwhile")


def is_needed(context: OnboardingContext, source: str, event: EmployeeEvent) -> bool:
    """Return whether somebody is to be asked before this can be carried out."""
    if event.has_no_details:
        return lookup.access_to(source, context.services.settings) is not None
    if event.kind == "left":
        return _is_unknown(context, source, event)
    employee = context.find(source, event.external_id) if event.needs_details else None
    # Without a moment, only the first day, which is asked for, tells whether they are back.
    is_overtaken = employee and event.occurred_at and event_order.is_overtaken(event, employee)
    return event.needs_details and not is_overtaken


def _is_unknown(context: OnboardingContext, source: str, event: EmployeeEvent) -> bool:
    """Return whether a leaver's ID is all that is known, and the HR system may still tell more."""
    if (
        event.name
        or event.email
        or event.looked_up
        or not lookup.access_to(source, context.services.settings)
    ):
        return False
    employee = context.find(source, event.external_id)
    return employee is None or not (employee.name or employee.email)


def with_known_name(context: OnboardingContext, source: str, event: EmployeeEvent) -> EmployeeEvent:
    """Add a name that is known from earlier; a leaver who comes back may have another, and has another first day."""
    employee = context.find(source, event.external_id) if event.needs_details else None
    is_known = employee and employee.name and employee.left_at is None
    return event.model_copy(update={"name": employee.name}) if employee and is_known else event


def with_pending_identity(context: OnboardingContext, source: str, event: EmployeeEvent) -> EmployeeEvent:
    """Add name and address to a leaving by ID from deliveries that wait: HR has told, and an admin has not answered."""
    if event.kind != "left" or event.name or event.email:
        return event
    with context.services.database.session() as session:
        waiting = [each for row in inbox.unfinished(session, source) for each in row.events]
    theirs = [each for each in waiting if each["external_id"] == event.external_id]
    known = {name: value for each in theirs for name in ("name", "email") if (value := each.get(name))}
    return EmployeeEvent.model_validate(event.model_dump() | known)


def propagate(context: OnboardingContext, source: str, event: EmployeeEvent) -> None:
    """Resume or end the deliveries that wait for the same person."""
    with context.services.database.session() as session:
        if event.kind == "left":
            _end_pending(session, source, event)
        else:
            supply(session, source, event.external_id, details_of(event))


def details_of(event: EmployeeEvent) -> Details:
    return event.model_dump(mode="json", include=DETAILS, exclude_none=True)


def supply(
    session: Session, source: str, external_id: str, details: Details, done: Done = KNOWN_MEANWHILE
) -> int:
    """Resume every joining that waited for these details, wherever they come from; return how many.

    `done`: what the admins' question says then.
    """
    moved = 0
    for row in inbox.in_need_of_details(session, source):
        (event,) = row.events
        completed = _merge(event, details)
        moved += (
            _is_waiting(event, external_id) and completed != event and inbox.resume(session, row, completed)
        )
    if moved:
        _close_question(session, source, external_id, done)
    return moved


def _close_question(session: Session, source: str, external_id: str, done: Done) -> None:
    """Have what the admins were asked of an employee say that nobody needs to answer any more."""
    subject = f"{QUESTION}{source} {external_id}"
    done_copies.settle(session, subject, done)
    outbox.close_all(session, subject)


def _merge(event: dict[str, Any], details: Details) -> dict[str, Any]:
    """Add details; when it happened, the delivery itself knows best."""
    return event | details | ({"occurred_at": event["occurred_at"]} if event.get("occurred_at") else {})


def _is_waiting(event: dict[str, Any], external_id: str) -> bool:
    return event["external_id"] == external_id and EmployeeEvent.model_validate(event).needs_details


def _end_pending(session: Session, source: str, left: EmployeeEvent) -> None:
    for row in inbox.unfinished(session, source):
        if _is_ended_by(row, left) and inbox.ignore(session, row, LEFT_MEANWHILE):
            decisions.update_question(session, row, LEFT_MEANWHILE, final=True)
            _close_question(session, source, left.external_id, Done(what=LEFT_MEANWHILE))


def _is_ended_by(row: HrDelivery, left: EmployeeEvent) -> bool:
    """Return whether a leaving ends what waits; not if they came back after it, nor another leaving."""
    if len(row.events) != 1 or row.events[0]["kind"] == "left":
        return False
    waiting = EmployeeEvent.model_validate(row.events[0]).as_received(row.received_at)
    is_later = waiting.occurred_at and left.occurred_at and waiting.occurred_at > left.occurred_at
    return waiting.external_id == left.external_id and not is_later


def fill_in(services: Services, source: str, external_id: str, details: Details, *, by: Actor) -> None:
    """Supply what an admin has typed. Raises Faults, by the details' names, and Refusal."""
    given = {name: value for name, value in details.items() if value and name in DETAILS}
    # The ID is a placeholder: only the details are validated.
    read = EmployeeEvent.model_validate({"kind": "joined", "external_id": "?"} | given)
    faults = dict(each.split(": ", 1) for each in read.problems)
    if read.needs_details:
        faults.setdefault("name", "type the name that phones are to show")
    if faults:
        raise Faults(faults)
    # Who is filled in by hand is here now, even if they left before.
    read_now = details_of(read) | {"occurred_at": now().isoformat()}
    with services.database.session() as session:
        if not supply(session, source, external_id, read_now, done_copies.done_by(by, read.name or "")):
            words = f"employee {external_id} has been filled in already, or has left meanwhile"
            raise done_copies.too_late(session, f"{QUESTION}{source} {external_id}", words)
        audit.record(session, by, f"filled in {source}’s employee {external_id}", changes=_as_new(given))
    log.info("an employee is filled in", extra={"employee": external_id, "by": str(by)})


def dismiss(services: Services, source: str, external_id: str, *, by: Actor) -> None:
    """End what waits for somebody who is no employee, as an admin says. Raises Refusal."""
    reason = f"no employee, says {audit_messages.actor(by)}"
    with services.database.session() as session:
        waiting = [
            row
            for row in inbox.in_need_of_details(session, source)
            if _is_waiting(row.events[0], external_id)
        ]
        if not [row for row in waiting if inbox.ignore(session, row, reason)]:
            words = f"employee {external_id} has been filled in already, or has left meanwhile"
            raise done_copies.too_late(session, f"{QUESTION}{source} {external_id}", words)
        _close_question(session, source, external_id, done_copies.done_by(by, "not an employee"))
        audit.record(session, by, f"ignored {source}’s employee {external_id}")
    log.info("an employee is none", extra={"employee": external_id, "by": str(by)})


def departments(services: Services) -> list[str]:
    """Return those that are known: of employees, and with a range of their own."""
    with services.database.session() as session:
        known = session.exec(
            select(Employee.department).where(col(Employee.department) != "").distinct()
        ).all()
    return sorted({*known, *services.settings.hr_department_ranges} - {""}, key=str.casefold)


def _as_new(given: Details) -> audit.Differences:
    return {name: [None, str(value)] for name, value in given.items()}


def employee_key(row: HrDelivery) -> str:
    """Name the employee whom a delivery waits for, for a button and a form: source and ID."""
    return f"{row.source} {row.events[0]['external_id']}"
