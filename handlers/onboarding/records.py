"""What an event changes of an employee's row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from handlers.hr.employee import EmployeeEvent
from handlers.onboarding.context import OnboardingContext
from handlers.onboarding.results import Result
from handlers.onboarding.states import Trigger, transition
from models.employee import Employee
from models.extension import Extension


def has_started(employee: Employee) -> bool:
    """Return whether the first day has come; without one, it has."""
    return employee.start_date is None or employee.start_date <= today()


def today() -> date:
    """Return the day by the server's calendar."""
    return datetime.now().astimezone().date()


def record(employee: Employee, event: EmployeeEvent) -> None:
    """Take over what the event says; what it does not mention stays."""
    if event.email and event.email != employee.email:
        employee.next_try_at = None  # Slack may know the new address
    employee.name = event.name or employee.name
    employee.email = event.email or employee.email
    employee.department = event.department or employee.department
    employee.start_date = event.start_date or employee.start_date
    employee.occurred_at = event.occurred_at or employee.occurred_at
    if event.kind == "joined":
        employee.joined_at = event.occurred_at or employee.joined_at


def differences(event: EmployeeEvent, employee: Employee, extension: Extension | None) -> dict[str, Any]:
    """Return the extension's values that HR has changed. The others stay: an admin may have set them on purpose."""
    values = {name: getattr(event, name) for name in ("name", "email", "department")}
    changes = {name: value for name, value in values.items() if value and value != getattr(employee, name)}
    department, noted = changes.pop("department", None), extension.notes if extension else None
    is_hrs = not noted or noted == department_note(employee.department)
    return changes | ({"notes": department_note(department)} if department and is_hrs else {})


def department_note(department: str) -> str:
    """Word what an extension's notes say of a department."""
    return f"Department: {department}"


def was_handed_over(employee: Employee) -> bool:
    """Return whether their extension was there before HR told of them."""
    return bool(employee.extension_snapshot and employee.extension_snapshot["adopted"])


def mark_released(context: OnboardingContext, employee: Employee) -> Result:
    """Note that somebody has deleted their extension by hand."""
    transition(employee, Trigger.EXTENSION_DELETED)
    context.save(employee)
    return Result(f"extension {employee.number} was deleted by hand")
