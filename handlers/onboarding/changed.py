"""Somebody changes: their extension follows."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from handlers.hr.employee import EmployeeEvent
from handlers.hr.lookup import TemporaryError
from handlers.onboarding import assignment, candidates, matching, records
from handlers.onboarding.assignment import change_extension, extension_of
from handlers.onboarding.candidates import NeedsChoice
from handlers.onboarding.context import OnboardingContext, save
from handlers.onboarding.matching import person_of
from handlers.onboarding.records import has_started
from handlers.onboarding.results import Result
from handlers.onboarding.states import INITIAL, Trigger, applies, transition
from models.employee import DEPARTED_STAGES, Employee
from models.extension import Extension
from models.fields import Changes
from pbx import extensions
from pbx.errors import NotFound


def apply(context: OnboardingContext, source: str, event: EmployeeEvent, employee: Employee | None) -> Result:
    """Have the extension follow what HR has changed. Raises Refusal, Overtaken."""
    if employee is None:
        return _changed_unknown(context, source, event)
    if employee.stage in DEPARTED_STAGES or not employee.number:
        return Result("has no phone any more; nothing to change")
    extension, person = extension_of(context.services, employee), person_of(employee, event)
    if extension is None:
        return records.mark_released(context, employee)
    news = records.differences(event, employee, extension)
    records.record(employee, event)
    if why := matching.reassigned(person, extension):
        context.save(employee)
        return Result(f"{why}; it stays as it is")
    news |= _move_first_day(context, employee, extension)
    with suppress(NotFound):  # deleted meanwhile
        change_extension(context, employee, extension, Changes(**news))
        employee.number = extension.number
        context.save(employee)
        _update_co_holders(context, employee, extension)
        words = f"extension {employee.number}"
        return Result(f"{words} follows", f"{words} is to follow", extension.id)
    return records.mark_released(context, employee)


def _update_co_holders(context: OnboardingContext, employee: Employee, before: Extension) -> None:
    """Take new snapshots for those who share it: what this HR system changed is no sign that it was given away."""
    after = extensions.get(context.services, before.number)
    with context.services.database.session() as session:
        for each in assignment.co_holders(session, employee, before):
            if not matching.reassigned(person_of(each), before):
                assignment.take_snapshot(each, after, handed_over=True)


def _move_first_day(context: OnboardingContext, employee: Employee, extension: Extension) -> dict[str, Any]:
    """Return what changes of the extension. Nobody is locked out who works with it, or for whom HR did not have it made."""
    trigger = Trigger.STARTED if has_started(employee) else Trigger.POSTPONED
    if not applies(employee, trigger):
        return {}
    transition(employee, trigger)
    employee.next_try_at = None
    with context.services.database.session() as session:
        is_made = employee.extension_snapshot is not None and not records.was_handed_over(employee)
        stays = trigger is Trigger.POSTPONED and (not is_made or assignment.is_in_use(session, extension))
    return {} if stays else {"enabled": has_started(employee)}


def _changed_unknown(context: OnboardingContext, source: str, event: EmployeeEvent) -> Result:
    """Note which extension is surely theirs, of somebody who was there before HR was connected."""
    found = None
    with suppress(NeedsChoice, TemporaryError):
        found = candidates.match(context, person_of(None, event))
    if found is None or not event.name:
        return Result("not known yet; the joining will tell all")
    employee = Employee(source=source, external_id=event.external_id, stage=INITIAL)
    transition(employee, Trigger.RECOGNIZED)
    records.record(employee, event)
    assignment.take_snapshot(employee, found, handed_over=True)
    with context.services.database.session() as session:
        assignment.assign(session, employee, found)
        save(session, employee)
    return Result(f"extension {found.number}, which was there before")
