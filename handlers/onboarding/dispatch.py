"""One event of an HR system carried out; what became of it."""

from __future__ import annotations

from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import employees, event_order, left
from handlers.onboarding.context import OnboardingContext
from handlers.onboarding.results import Result


def apply(context: OnboardingContext, source: str, event: EmployeeEvent) -> list[Result]:
    """Raises Refusal, which HR or an admin has to mend, Doubtful, which an admin has to decide, TemporaryError, Overtaken."""
    employee = context.find(source, event.external_id)
    if event.has_no_details or event.needs_details:
        return [Result(f"{event.external_id}: nothing told that a phone could be made of")]
    if employee and event_order.is_stale(event, employee):
        return [
            Result(
                f"{event.name or event.external_id}: nothing done, as HR has told of something later since"
            )
        ]
    match event.kind:
        case "joined":
            return [employees.joined(context, source, event, employee)]
        case "changed":
            return [employees.changed(context, source, event, employee)]
    return left.apply(context, source, event, employee)
