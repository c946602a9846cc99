"""One event of an HR system carried out; what became of it."""

from __future__ import annotations

from handlers.hr.employee import EmployeeEvent, EmployeeEventKind
from handlers.onboarding import changed, event_order, joined, left
from handlers.onboarding.context import OnboardingContext
from handlers.onboarding.results import Result
from models.employee import DEPARTED_STAGES, Employee


def apply(context: OnboardingContext, source: str, event: EmployeeEvent) -> list[Result]:
    """Carry out an event.

    Raises Refusal, which HR or an admin has to mend, NeedsChoice, which an admin has to decide, TemporaryError, Overtaken.
    """
    employee = context.find(source, event.external_id)
    if event.has_no_details or event.needs_details:
        return [Result(f"{event.external_id}: nothing told that a phone could be made of")]
    if employee and event_order.is_stale(event, employee):
        words = f"{event.name or event.external_id}: nothing done, as HR has told of something later since"
        return [Result(words)]
    if event.kind == "joined" and employee and event_order.is_overtaken(event, employee):
        return [Result(f"left already; {event.name} gets no phone")]
    match _effective_kind(event, employee):
        case "joined":
            joining = event.model_copy(update={"kind": "joined"})
            return [joined.apply(context, source, joining, employee)]
        case "changed":
            return [changed.apply(context, source, event, employee)]
    return left.apply(context, source, event, employee)


def _effective_kind(event: EmployeeEvent, employee: Employee | None) -> EmployeeEventKind:
    """Return what the event amounts to: who is here does not join once more, and who is back does."""
    if employee is None:
        return event.kind
    is_gone = employee.stage in DEPARTED_STAGES
    if event.kind == "joined" and employee.number and not is_gone:
        return "changed"
    is_back = event.kind == "changed" and is_gone and event_order.is_return_notice(event, employee)
    return "joined" if is_back and (event.name or employee.name) else event.kind
