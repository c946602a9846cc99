"""Asks for what an employee lacks: first the HR system, if it can be asked; where that is no use, the admins."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlmodel import Session, col, select

from handlers.hr import lookup
from handlers.hr.employee import EmployeeEvent
from handlers.hr.lookup import EmployeeNotFound, PermanentError, TemporaryError
from handlers.onboarding import inbox, missing_details
from handlers.onboarding.admin_messages import DetailsNeeded, HrUnresponsive
from handlers.onboarding.context import OnboardingContext, notify_admins
from handlers.retry import backoff
from models.hr_delivery import DeliveryState, HrDelivery
from models.types import now

log = logging.getLogger("switchhook.hr")

TRIES = 7  # within half an hour
FIRST_PAUSE = 30.0  # seconds; twice as long after each try
ASK_AGAIN = timedelta(days=1)  # when none of the tries was of use
NOT_SET_UP = "the HR system cannot be asked any more: its address or key is not set"


def look_up_next(context: OnboardingContext) -> bool:
    """Ask the HR system for the next employee. Return False when none is due, or it is better left alone for now."""
    row = _next(context)
    if row is None:
        return False
    event = EmployeeEvent.model_validate(row.events[0])
    try:
        _record(context, row, _look_up(context, row.source, event))
    except TemporaryError as error:
        _reschedule(context, row, event, error)
        return False
    except PermanentError as error:
        _stop_asking(context, row, event, str(error), is_nobody=isinstance(error, EmployeeNotFound))
        return False
    return True


def _look_up(context: OnboardingContext, source: str, event: EmployeeEvent) -> EmployeeEvent:
    """Ask the HR system. Raises TemporaryError, PermanentError."""
    access = lookup.access_to(source, context.services.settings)
    if access is None:
        raise PermanentError(NOT_SET_UP)
    try:
        return lookup.look_up(access, event, now().astimezone().date())
    except (TemporaryError, PermanentError):
        raise
    except Exception as error:  # an unforeseen answer is not retried for ever
        log.exception("an answer of an HR system cannot be read")
        raise TemporaryError(f"the answer of the HR system cannot be read ({type(error).__name__})") from None


def _next(context: OnboardingContext) -> HrDelivery | None:
    this = HrDelivery.state == DeliveryState.NEEDS_DETAILS, col(HrDelivery.next_try_at) <= now()
    order = col(HrDelivery.next_try_at), col(HrDelivery.id)
    with context.services.database.session() as session:
        return session.exec(select(HrDelivery).where(*this).order_by(*order).limit(1)).first()


def _record(context: OnboardingContext, row: HrDelivery, event: EmployeeEvent) -> None:
    """Resume with the answer. A joining concerns all deliveries of that person; a change may be older than the next one."""
    with context.services.database.session() as session:
        inbox.retry_now(session, row.source)
        if event.kind == "joined":
            missing_details.supply(session, row.source, event.external_id, missing_details.details_of(event))
        else:
            inbox.resume(session, row, event.model_copy(update={"looked_up": True}).model_dump(mode="json"))


def _reschedule(
    context: OnboardingContext, row: HrDelivery, event: EmployeeEvent, error: TemporaryError
) -> None:
    """Put off the question, and all others to that HR system; after TRIES, stop."""
    attempts = row.attempts + 1
    if attempts >= TRIES:
        _stop_asking(context, row, event, f"{error}, not in {TRIES} tries")
        return
    pause = max(backoff(attempts, first=FIRST_PAUSE), error.seconds)
    at = now() + timedelta(seconds=pause)
    log.info("an HR system is asked again later", extra={"delivery": row.id, "reason": str(error)})
    with context.services.database.session() as session:
        inbox.update_if_unchanged(session, row, attempts=attempts, next_try_at=at, reason=str(error))
        inbox.reschedule(session, row.source, at)


def _stop_asking(
    context: OnboardingContext, row: HrDelivery, event: EmployeeEvent, reason: str, *, is_nobody: bool = False
) -> None:
    """Turn to the admins. A joining is for them to fill in, a change of nobody is ignored; any other may be a leaving."""
    employee = context.find(row.source, event.external_id)
    has_phone = employee is not None and employee.left_at is None
    log.warning("an HR system does not tell details", extra={"delivery": row.id, "reason": reason})
    with context.services.database.session() as session:
        if event.kind == "left":  # without the details; the admins may be asked then
            inbox.resume(session, row, row.events[0] | {"looked_up": True})
        elif event.needs_details:
            inbox.update_if_unchanged(session, row, next_try_at=None, reason=reason)
        elif is_nobody and not has_phone:
            inbox.ignore(session, row, reason)
        else:
            _retry_tomorrow(session, context, row, reason)


def _retry_tomorrow(session: Session, context: OnboardingContext, row: HrDelivery, reason: str) -> None:
    """Ask again the next day; the admins are notified once, however many changes wait."""
    waiting = inbox.in_need_of_details(session, row.source)
    already_notified = any(other.asked_at and other.next_try_at for other in waiting)
    if not already_notified:
        content = HrUnresponsive(delivery=row.id or 0, source=row.source, reason=reason)
        notify_admins(session, context, f"hr-silent:{row.id}", content)
    inbox.update_if_unchanged(
        session, row, attempts=0, next_try_at=now() + ASK_AGAIN, asked_at=now(), reason=reason
    )


def ask_admins(context: OnboardingContext) -> int:
    """Send a form for each employee who waits for the admins, one for all of their deliveries; return how many."""
    with context.services.database.session() as session:
        rows = [row for row in inbox.in_need_of_details(session) if row.next_try_at is None]
        asked = {missing_details.employee_key(row) for row in rows if row.asked_at}
        before = len(asked)
        for row in rows:
            whom = missing_details.employee_key(row)
            if whom not in asked:
                content = DetailsNeeded(whom=whom, reason=row.reason)
                subject = f"{missing_details.QUESTION}{whom}"
                notify_admins(session, context, subject, content, is_question=True)
            asked.add(whom)
            row.asked_at = row.asked_at or now()
    return len(asked) - before
