"""One event of an HR system carried out; what became of it."""

from __future__ import annotations

from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import employees, leaving, timeline
from handlers.onboarding.office import Office
from handlers.onboarding.results import Result


def apply(office: Office, source: str, event: EmployeeEvent) -> list[Result]:
    """Raises Refusal, which HR or an admin has to mend, Doubtful, which an admin has to decide, NotNow, Overtaken."""
    employee = office.find(source, event.external_id)
    if event.says_nothing or event.needs_details:
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
