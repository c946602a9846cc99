"""Employees become extensions: joined, changed, left; in whatever order HR systems tell it.

Every step is a committed row, so that a crash leaves work for the next run: extensions go live with the shared
publish(), people are told through the outbox.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import update
from sqlmodel import Session, col, select

from handlers import hr_content
from handlers.hr.employee import EmployeeEvent
from models.employee import Employee, Stage
from models.extension import Extension, State
from models.fields import Changes, NewExtension
from models.types import now
from pbx import extensions, outbox
from pbx.errors import NotFound, Refusal
from pbx.system import PhoneSystem

log = logging.getLogger("switchhook.onboard")

ASK_SLACK_AGAIN = timedelta(days=1)
DEPARTMENT = "Department: "


@dataclass(frozen=True)
class Office:
    """What onboarding works with."""

    system: PhoneSystem
    client: WebClient

    def find(self, source: str, external_id: str) -> Employee | None:
        with self.system.database.session() as session:
            this = col(Employee.source) == source, col(Employee.external_id) == external_id
            return session.exec(select(Employee).where(*this)).first()

    def save(self, employee: Employee) -> None:
        employee.updated_at = now()
        with self.system.database.session() as session:
            session.merge(employee)


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
    if employee and employee.stage in (Stage.LEFT, Stage.GONE) and not _is_return(event, employee):
        return f"left already; {event.name} gets no phone"
    if employee and employee.number and employee.stage not in (Stage.LEFT, Stage.GONE):
        return _changed(office, event, employee)
    employee = employee or Employee(source=source, external_id=event.external_id, stage=Stage.RESERVED)
    _take_over(employee, event)
    employee.stage = Stage.READY if _has_started(employee) else Stage.RESERVED
    if employee.number and extensions.find(office.system, employee.number):
        # Back within the time that it is kept.
        extensions.save_changes(office.system, employee.number, _settings_of(employee))
    else:
        employee.number = _new_number(office, employee, event)
    employee.left_at = employee.secret_shown_at = None
    office.save(employee)
    later = "" if employee.stage is Stage.READY else f", from {employee.start_date}"
    return f"extension {employee.number}{later}"


def _new_number(office: Office, employee: Employee, event: EmployeeEvent) -> str:
    """An extension made by an earlier run, which was killed before it noted the number, is found again."""
    made_for = f"{employee.source}:{employee.external_id}"
    with office.system.database.session() as session:
        made = session.exec(select(Extension).where(Extension.made_for == made_for)).first()
    if made:
        return made.number
    values = _settings_of(employee).given() | ({"number": event.wanted_number} if event.wanted_number else {})
    numbers = office.system.settings.range_of(employee.department)
    row, _ = extensions.save_new(office.system, NewExtension(**values), numbers, made_for)
    return row.number


def _settings_of(employee: Employee) -> Changes:
    notes = f"{DEPARTMENT}{employee.department}"[:1000] if employee.department else ""
    return Changes(name=employee.name, email=employee.email, notes=notes, enabled=_has_started(employee))


def _is_old(event: EmployeeEvent, employee: Employee) -> bool:
    """News that were overtaken by later ones; sources that do not say when something happened have none."""
    return bool(event.occurred_at and employee.occurred_at and event.occurred_at < employee.occurred_at)


def _is_return(event: EmployeeEvent, employee: Employee) -> bool:
    """Somebody who left comes back; otherwise the news of the leaving was only faster than that of the joining."""
    if event.occurred_at and employee.occurred_at:
        return event.occurred_at > employee.occurred_at
    return bool(
        event.start_date and employee.left_at and event.start_date > employee.left_at.astimezone().date()
    )


def _has_started(employee: Employee) -> bool:
    return employee.start_date is None or employee.start_date <= _today()


def _today() -> date:
    """By the server's calendar."""
    return datetime.now().astimezone().date()


def _take_over(employee: Employee, event: EmployeeEvent) -> None:
    """What the event says; what it does not mention stays."""
    employee.name = event.name or employee.name
    employee.email = event.email or employee.email
    employee.department = event.department or employee.department
    employee.start_date = event.start_date or employee.start_date
    employee.occurred_at = event.occurred_at or employee.occurred_at


def _changed(office: Office, event: EmployeeEvent, employee: Employee | None) -> str:
    if employee is None:
        return "not known yet; the joining will tell all"
    if employee.stage in (Stage.LEFT, Stage.GONE) or not employee.number:
        return "left already; nothing to change"
    _take_over(employee, event)
    try:
        extensions.save_changes(office.system, employee.number, _settings_of(employee))
    except NotFound:
        return f"extension {employee.number} was deleted by hand"
    office.save(employee)
    return f"extension {employee.number} follows"


def _left(office: Office, source: str, event: EmployeeEvent, employee: Employee | None) -> str:
    """Also of somebody unknown: the news of the joining may come later."""
    employee = employee or Employee(source=source, external_id=event.external_id, stage=Stage.LEFT)
    employee.stage, employee.left_at = Stage.LEFT, employee.left_at or now()
    employee.occurred_at = event.occurred_at or employee.occurred_at
    if employee.number is None:
        office.save(employee)
        return "noted; had no phone"
    try:
        extensions.save_changes(office.system, employee.number, Changes(enabled=False))
    except NotFound:
        employee.stage = Stage.GONE
    office.save(employee)
    keep = office.system.settings.hr_keep_days
    return f"extension {employee.number} is locked out, and kept for {keep} days"


def start_those_whose_day_has_come(office: Office) -> int:
    """Reserved phones whose owner starts today begin to work; how many."""
    return sum(_start(office, employee) for employee in _at(office, Stage.RESERVED) if _has_started(employee))


def _start(office: Office, employee: Employee) -> bool:
    extensions.save_changes(office.system, employee.number or "", Changes(enabled=True))
    employee.stage = Stage.READY
    office.save(employee)
    return True


def free_numbers(office: Office) -> int:
    """Numbers of people who left long ago; how many."""
    limit = now() - timedelta(days=office.system.settings.hr_keep_days)
    due = [employee for employee in _at(office, Stage.LEFT) if employee.left_at and employee.left_at < limit]
    for employee in due:
        try:
            extensions.delete(office.system, employee.number or "")
        except Refusal as refusal:
            log.info("the number was free already", extra={"number": employee.number, "reason": str(refusal)})
        employee.stage = Stage.GONE
        office.save(employee)
    return len(due)


def tell_those_who_are_ready(office: Office) -> int:
    """Everybody whose phone works, and who can be found in Slack; how many were told."""
    return sum(_tell(office, employee) for employee in _at(office, Stage.READY) if _may_ask(employee))


def _may_ask(employee: Employee) -> bool:
    return employee.ask_slack_at is None or employee.ask_slack_at <= now()


def _tell(office: Office, employee: Employee) -> bool:
    extension = extensions.find(office.system, employee.number or "")
    if extension is None or extension.state is not State.LIVE:
        return False
    user_id = extension.slack_user_id or _slack_user(office.client, employee.email)
    with office.system.database.session() as session:
        if user_id is None:
            _ask_tomorrow(session, office, employee)
        else:
            server = office.system.settings.sip_domain
            content = hr_content.welcome(employee.id or 0, employee.name, extension.number, server)
            outbox.put(session, user_id, f"welcome:{employee.id}", content, open=False)
            this = col(Extension.id) == extension.id
            session.exec(update(Extension).where(this).values(slack_user_id=user_id))
            employee.stage = Stage.TOLD
            session.merge(employee)
    return user_id is not None


def _slack_user(client: WebClient, email: str) -> str | None:
    """The ID of the person with this address; None when there is none. Other errors are raised: they pass."""
    if not email:
        return None
    try:
        return str(client.users_lookupByEmail(email=email)["user"]["id"])
    except SlackApiError as error:
        if error.response.get("error") in ("users_not_found", "user_not_visible"):
            return None
        raise


def _ask_tomorrow(session: Session, office: Office, employee: Employee) -> None:
    """The admins hear of it once."""
    if employee.ask_slack_at is None:
        content = hr_content.no_slack(employee.name, employee.email, employee.number or "")
        tell_admins(session, office, f"no-slack:{employee.id}", content)
    employee.ask_slack_at = now() + ASK_SLACK_AGAIN
    session.merge(employee)


def tell_admins(session: Session, office: Office, subject: str, content: hr_content.Content) -> None:
    for admin in office.system.settings.admin_users:
        outbox.put(session, admin, subject, content, open=False)


def _at(office: Office, stage: Stage) -> list[Employee]:
    with office.system.database.session() as session:
        return list(session.exec(select(Employee).where(Employee.stage == stage).order_by(col(Employee.id))))
