"""One event of an HR system carried out; what became of it."""

from __future__ import annotations

from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import employees, leaving, timeline
from handlers.onboarding.context import OnboardingContext
from handlers.onboarding.results import Result


def apply(office: OnboardingContext, source: str, event: EmployeeEvent) -> list[Result]:
    """Raises Refusal, which HR or an admin has to mend, Doubtful, which an admin has to decide, TemporaryError, Overtaken."""
    employee = office.find(source, event.external_id)
    if event.has_no_details or event.needs_details:
        return [Result(f"{event.external_id}: nothing told that a phone could be made of")]
    if employee and timeline.is_old(event, employee):
        return [
            Result(
                f"{event.name or event.external_id}: nothing done, as HR has told of something later since"
            )
        ]
    match event.kind:
        case "joined":
            return [employees.joined(office, source, event, employee)]
        case "changed":
            return [employees.changed(office, source, event, employee)]
    return leaving.left(office, source, event, employee)
