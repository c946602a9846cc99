"""Employees become extensions: joined, changed, left; in whatever order HR systems tell it.

Every step is a committed row, so that a crash leaves work for the next run: extensions go live with the shared
publish(), people are told through the outbox.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from sqlmodel import Session, col, select, update

from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import messages
from models.actor import Actor
from models.employee import Employee, Stage
from models.extension import Extension
from models.fields import Changes, NewExtension
from models.types import now
from pbx import extensions, outbox
from pbx.errors import NotFound
from pbx.system import PhoneSystem

# HR systems repeat a delivery for up to six days: a joining that comes later than that is no old one.
REPEATED_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Office:
    """What onboarding works with."""

    system: PhoneSystem
    client: WebClient

    def find(self, source: str, external_id: str) -> Employee | None:
        with self.system.database.session() as session:
            this = col(Employee.source) == source, col(Employee.external_id) == external_id
            return session.exec(select(Employee).where(*this)).first()

    def save(self, employee: Employee, **more: object) -> None:
        with self.system.database.session() as session:
            save(session, employee, **more)


def save(session: Session, employee: Employee, **more: object) -> None:
    """All but `secret_shown_at`, which the web process may be writing: it is to be named in `more`."""
    employee.updated_at = now()
    values = employee.model_dump(exclude={"id", "secret_shown_at"}) | more
    if employee.id is None:
        session.add(employee)
    else:
        session.exec(update(Employee).where(col(Employee.id) == employee.id).values(**values))


def apply(office: Office, source: str, event: EmployeeEvent) -> str:
    """One event; what became of it, in a few words. Raises Refusal, which HR or an admin has to mend."""
    employee = office.find(source, event.external_id)
    if event.says_nothing or event.needs_details:
        return f"{event.external_id}: nothing told that a phone could be made of"
    if employee and _is_old(event, employee):
        return f"{event.external_id}: older than what is known"
    match event.kind:
        case "joined":
            return _joined(office, source, event, employee)
        case "changed":
            return _changed(office, event, employee)
    return _left(office, source, event, employee)


def _joined(office: Office, source: str, event: EmployeeEvent, employee: Employee | None) -> str:
    if employee and is_overtaken(event, employee):
        return f"left already; {event.name} gets no phone"
    if employee and employee.number and employee.stage not in (Stage.LEFT, Stage.GONE):
        return _changed(office, event, employee)
    employee = employee or Employee(source=source, external_id=event.external_id, stage=Stage.RESERVED)
    _take_over(employee, event)
    employee.stage = _first_stage(employee)
    # An extension made before is that of somebody who is back within the time that it is kept, or of an earlier run
    # that was killed before it noted the number.
    if not follow(office, employee, _settings_of(employee)):
        employee.number = _new_number(office, employee, event)
    employee.left_at = employee.next_try_at = None
    office.save(employee, secret_shown_at=None)
    later = "" if employee.stage is Stage.READY else f", from {employee.start_date}"
    return f"extension {employee.number}{later}"


def _new_number(office: Office, employee: Employee, event: EmployeeEvent) -> str:
    number = {"number": event.wanted_number} if event.wanted_number else {}
    values = _settings_of(employee).given() | number
    numbers = office.system.settings.range_of(employee.department)
    new, by = NewExtension(**values), Actor.hr(employee.source)
    row, _ = extensions.save_new(office.system, new, numbers, _made_for(employee), by=by)
    return row.number


def extension_of(system: PhoneSystem, employee: Employee) -> Extension | None:
    """The one that was made for them; the number may be somebody else's by now."""
    with system.database.session() as session:
        return session.exec(select(Extension).where(Extension.made_for == _made_for(employee))).first()


def _made_for(employee: Employee) -> str:
    return f"{employee.source}:{employee.external_id}"


def _settings_of(employee: Employee) -> Changes:
    """For somebody new, or new again."""
    notes = _note(employee.department) if employee.department else ""
    enabled = has_started(employee)
    return Changes(name=employee.name, email=employee.email, notes=notes, enabled=enabled)


def _note(department: str) -> str:
    return f"Department: {department}"


def _is_old(event: EmployeeEvent, employee: Employee) -> bool:
    """News that were overtaken by later ones; sources that do not say when something happened have none.

    Somebody's leaving is overtaken by their coming back alone, whatever else HR has changed since.
    """
    known = employee.joined_at if event.kind == "left" else employee.occurred_at
    return bool(event.occurred_at and known and event.occurred_at < known)


def is_overtaken(event: EmployeeEvent, employee: Employee) -> bool:
    """A joining of somebody of whom it is known that they left after it."""
    return employee.left_at is not None and not _is_return(event, employee)


def _is_return(event: EmployeeEvent, employee: Employee) -> bool:
    """Somebody who left comes back; otherwise the news of the leaving was only faster than that of the joining."""
    since = employee.occurred_at or employee.left_at
    if event.occurred_at and since:
        return event.occurred_at > since
    if event.heard_at and employee.left_at and event.heard_at - employee.left_at > REPEATED_FOR:
        return True
    return bool(
        event.start_date and employee.left_at and event.start_date > employee.left_at.astimezone().date()
    )


def _first_stage(employee: Employee) -> Stage:
    return Stage.READY if has_started(employee) else Stage.RESERVED


def has_started(employee: Employee) -> bool:
    return employee.start_date is None or employee.start_date <= _today()


def _today() -> date:
    """By the server's calendar."""
    return datetime.now().astimezone().date()


def _take_over(employee: Employee, event: EmployeeEvent) -> None:
    """What the event says; what it does not mention stays."""
    if event.email and event.email != employee.email:
        employee.next_try_at = None  # perhaps Slack knows this one
    employee.name = event.name or employee.name
    employee.email = event.email or employee.email
    employee.department = event.department or employee.department
    employee.start_date = event.start_date or employee.start_date
    employee.occurred_at = event.occurred_at or employee.occurred_at
    if event.kind == "joined":
        employee.joined_at = event.occurred_at or employee.joined_at


def _changed(office: Office, event: EmployeeEvent, employee: Employee | None) -> str:
    if employee is None:
        return "not known yet; the joining will tell all"
    if employee.stage in (Stage.LEFT, Stage.GONE) or not employee.number:
        return "has no phone any more; nothing to change"
    news = _news(event, employee)
    _take_over(employee, event)
    stage = employee.stage if employee.stage is Stage.TOLD else _first_stage(employee)
    if stage is not employee.stage:
        employee.stage, employee.next_try_at = stage, None
        news["enabled"] = has_started(employee)
    if not follow(office, employee, Changes(**news)):
        return _gone(office, employee)
    office.save(employee)
    return f"extension {employee.number} follows"


def _news(event: EmployeeEvent, employee: Employee) -> dict[str, Any]:
    """What HR says otherwise than before. The rest stays: an admin may have set it, for reasons of their own."""
    told = {name: getattr(event, name) for name in ("name", "email", "department")}
    news = {name: value for name, value in told.items() if value and value != getattr(employee, name)}
    return news | {"notes": _note(news.pop("department"))} if "department" in news else news


def _gone(office: Office, employee: Employee) -> str:
    employee.stage = Stage.GONE
    office.save(employee)
    return f"extension {employee.number} was deleted by hand"


def follow(office: Office, employee: Employee, changes: Changes, by: Actor | None = None) -> bool:
    """False: there is no extension of theirs; somebody may have deleted it by hand. Raises Refusal.

    `by`: not HR, but Switchhook itself.
    """
    extension = extension_of(office.system, employee)
    if extension is None:
        return False
    with suppress(NotFound):  # deleted this very moment
        extensions.save_changes(office.system, extension.number, changes, by=by or Actor.hr(employee.source))
        employee.number = extension.number
        return True
    return False


def _left(office: Office, source: str, event: EmployeeEvent, employee: Employee | None) -> str:
    """Also of somebody unknown: the news of the joining may come later."""
    employee = employee or Employee(source=source, external_id=event.external_id, stage=Stage.LEFT)
    heard_at = event.heard_at or now()
    employee.stage, employee.left_at = Stage.LEFT, employee.left_at or heard_at
    # A source that does not say when: it was before we heard of it, and after all that it has said till then.
    employee.occurred_at = max(filter(None, (event.occurred_at or heard_at, employee.occurred_at)))
    if employee.number is None:
        office.save(employee)
        return "noted; had no phone"
    if not follow(office, employee, Changes(enabled=False)):
        _ask_whose_it_is(office, employee)
        return _gone(office, employee)
    office.save(employee)
    return (
        f"extension {employee.number} is locked out, and kept for {office.system.settings.hr_keep_days} days"
    )


def _ask_whose_it_is(office: Office, employee: Employee) -> None:
    """Whoever has the number now was not made for them; but an admin may have made it anew for the same person."""
    number = employee.number or ""
    if extensions.find(office.system, number):
        with office.system.database.session() as session:
            content = messages.made_anew(employee.name, number)
            tell_admins(session, office, f"made-anew:{employee.id}", content)


def tell_admins(session: Session, office: Office, subject: str, content: messages.Content) -> None:
    """A user group, too: the poster knows who is in it."""
    for admin in office.system.settings.slack_admins:
        outbox.put(session, admin, subject, content, open=False)
