"""Somebody joins: their extension is made, given back, or handed over."""

from __future__ import annotations

from typing import Any

from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import assignment, candidates, choices, handover, matching, records
from handlers.onboarding.assignment import change_extension, extension_of
from handlers.onboarding.candidates import NeedsChoice
from handlers.onboarding.context import OnboardingContext
from handlers.onboarding.matching import Person, person_of
from handlers.onboarding.records import has_started
from handlers.onboarding.results import Result
from handlers.onboarding.states import INITIAL, Trigger, transition
from models.actor import Actor
from models.employee import Employee, Stage
from models.extension import Extension
from models.fields import Changes, NewExtension
from pbx import extensions
from pbx.errors import Refusal


def apply(context: OnboardingContext, source: str, event: EmployeeEvent, employee: Employee | None) -> Result:
    """Give somebody an extension. Raises Refusal, NeedsChoice, TemporaryError, Overtaken."""
    person = person_of(employee, event)
    employee = employee or Employee(source=source, external_id=event.external_id, stage=INITIAL)
    # They have one if they are back within the retention, or an earlier run was killed before it noted the number.
    own = _own_extension(context, person, employee)
    found = None if own else _existing_extension(context, person, event)
    differences = records.differences(event, employee, own)
    records.record(employee, event)
    transition(employee, Trigger.JOINED if has_started(employee) else Trigger.JOINS_LATER)
    employee.left_at = employee.next_try_at = None
    if found:
        return handover.hand_over(context, employee, found, chosen=event.choice is not None)
    row = _give_back(context, employee, own, differences) if own else _create(context, employee, event)
    employee.number = row.number
    handed_over = records.was_handed_over(employee)
    assignment.take_snapshot(employee, extensions.get(context.services, row.number), handed_over=handed_over)
    context.save(employee, secret_shown_at=None)
    later = "" if employee.stage is Stage.READY else f", from {employee.start_date}"
    words = f"extension {row.number}"
    return Result(f"{words}{later}", f"{words} is to be made{later}", row.id)


def _own_extension(context: OnboardingContext, person: Person, employee: Employee) -> Extension | None:
    """Return the extension that they had, if it is still theirs; otherwise give it up."""
    own = extension_of(context.services, employee)
    if own is None or not matching.reassigned(person, own):
        return own
    employee.extension_id = None
    if own.employee_ref == assignment.employee_ref(employee):
        with context.services.database.session() as session:
            assignment.release(session, employee, own, Actor.hr(employee.source))
    return None


def _existing_extension(context: OnboardingContext, person: Person, event: EmployeeEvent) -> Extension | None:
    """Return the extension that an admin has made for them. Raises NeedsChoice, TemporaryError, Refusal."""
    if event.choice == choices.NEW:
        return None
    if event.choice:
        (chosen,) = candidates.chosen(context, person, event.choice)
        return chosen
    found = candidates.match(context, person)
    if found is None and (namesakes := candidates.namesakes(context, person)):
        raise NeedsChoice("no extension has their e-mail address; by name, this may be theirs", namesakes)
    if found and event.wanted_number not in (None, found.number):
        raise NeedsChoice(
            f"HR names {event.wanted_number} for them, and {found.number} seems to be theirs already", [found]
        )
    if found and not found.enabled:
        raise NeedsChoice(f"{found.number} seems to be theirs, and is locked out", [found])
    return found


def _give_back(
    context: OnboardingContext, employee: Employee, own: Extension, news: dict[str, Any]
) -> Extension:
    """Give them back their extension; what an admin has set of it stays."""
    news |= {"email": employee.email} if employee.email and not own.email else {}
    change_extension(context, employee, own, Changes(**news | {"enabled": has_started(employee)}))
    return own


def _create(context: OnboardingContext, employee: Employee, event: EmployeeEvent) -> Extension:
    """Make a new extension. Raises Refusal."""
    settings, chosen = context.services.settings, event.choice == choices.NEW
    numbers = settings.range_of(employee.department)
    if event.wanted_number and not chosen and event.wanted_number not in numbers:
        whose = f"the department {employee.department}" if employee.department else "all without a department"
        raise Refusal(
            f"HR names {event.wanted_number} for {employee.name}, and the numbers of {whose} are {numbers}"
        )
    values = _initial_values(employee).given() | (
        {"number": event.wanted_number} if event.wanted_number else {}
    )
    new, ref, by = NewExtension(**values), assignment.employee_ref(employee), Actor.hr(employee.source)
    try:
        return extensions.save_new(context.services, new, numbers, ref, by=by)[0]
    except Refusal:
        if not chosen or event.wanted_number or numbers == settings.extension_range:
            raise
    # The department has none left, and an admin wants the next free one all the same.
    return extensions.save_new(context.services, new, settings.extension_range, ref, by=by)[0]


def _initial_values(employee: Employee) -> Changes:
    """Return the values of a new extension."""
    notes = records.department_note(employee.department) if employee.department else ""
    enabled = has_started(employee)
    return Changes(name=employee.name, email=employee.email, notes=notes, enabled=enabled)
