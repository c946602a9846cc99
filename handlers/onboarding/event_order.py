"""Pure: what came first. HR systems deliver in any order, and not all of them say when something happened."""

from __future__ import annotations

from datetime import timedelta

from handlers.hr.employee import EmployeeEvent
from models.employee import Employee

# HR systems repeat a delivery for up to six days: a joining that comes later is a new one.
REPEATED_FOR = timedelta(days=7)


def is_stale(event: EmployeeEvent, employee: Employee) -> bool:
    """Return whether later news have overtaken the event; without a moment, none have.

    Somebody's leaving is overtaken by their coming back alone, whatever else HR has changed since.
    """
    known = employee.joined_at if event.kind == "left" else employee.occurred_at
    return bool(event.occurred_at and known and event.occurred_at < known)


def is_overtaken(event: EmployeeEvent, employee: Employee) -> bool:
    """Return whether a joining is older than the leaving that is known."""
    return employee.left_at is not None and not (
        is_return_notice(event, employee) or _is_return(event, employee)
    )


def is_return_notice(event: EmployeeEvent, employee: Employee) -> bool:
    """Return whether HR says of a leaver, after they left, that they work there: the leaving was a mistake, say."""
    is_later = event.received_at and employee.left_at and event.received_at > employee.left_at
    return bool(event.is_active and is_later)


def _is_return(event: EmployeeEvent, employee: Employee) -> bool:
    """Return whether a leaver comes back; otherwise the joining was only delivered after the leaving."""
    since = employee.occurred_at or employee.left_at
    if event.occurred_at and since:
        return event.occurred_at > since
    if event.received_at and employee.left_at and event.received_at < employee.left_at:
        return False
    if event.received_at and employee.left_at and event.received_at - employee.left_at > REPEATED_FOR:
        return True
    return bool(
        event.start_date and employee.left_at and event.start_date > employee.left_at.astimezone().date()
    )


def is_before(event: EmployeeEvent, other: EmployeeEvent) -> bool:
    """Return whether both are of one person, and the other is later: by what HR says, or by when it was delivered."""
    if event.external_id != other.external_id:
        return False
    if event.occurred_at and other.occurred_at:
        return event.occurred_at < other.occurred_at
    return bool(event.received_at and other.received_at and event.received_at <= other.received_at)
