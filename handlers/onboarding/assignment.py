"""Which extension is an employee's: looked up, assigned, transferred, released."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select, update

from handlers.onboarding.context import OnboardingContext
from models import audit
from models.actor import Actor
from models.employee import DEPARTED_STAGES, Employee
from models.extension import Extension, State
from models.fields import Changes
from models.phone import Phone
from models.types import now
from pbx import extensions
from pbx.errors import Overtaken
from pbx.services import Services

MADE_FOR = "made_for"  # what the audit trail shows people for `employee_ref`


def employee_ref(employee: Employee) -> str:
    """Return how an extension names the employee that it was made for."""
    return f"{employee.source}:{employee.external_id}"


def employee_ref_sql() -> ColumnElement[str]:
    """Return employee_ref() as SQL."""
    return col(Employee.source) + ":" + col(Employee.external_id)


def extension_of(services: Services, employee: Employee) -> Extension | None:
    """Return the one that was made for them, or that they share. Not looked up by number, which may be another's by now."""
    shared = col(Extension.id) == employee.extension_id
    own = col(Extension.employee_ref) == employee_ref(employee)
    with services.database.session() as session:
        found = session.exec(select(Extension).where(or_(own, shared))).all()
    return next(
        (each for each in found if each.employee_ref == employee_ref(employee)), next(iter(found), None)
    )


def take_snapshot(employee: Employee, extension: Extension, *, handed_over: bool) -> None:
    """Remember the extension's name, address and Slack user as theirs. `handed_over`: it was not made for them."""
    set_by_then = {name: getattr(extension, name) for name in ("name", "email", "slack_user_id")}
    employee.extension_snapshot = set_by_then | {"adopted": handed_over}


def is_in_use(session: Session, extension: Extension) -> bool:
    """Return whether a phone has ever registered there: then somebody has the password."""
    seen = col(Phone.number) == extension.number, col(Phone.since) >= extension.created_at
    return session.exec(select(Phone.number).where(*seen).limit(1)).first() is not None


def has_phone_since(session: Session, extension: Extension, since: datetime) -> bool:
    """Return whether a phone is registered there that came after that."""
    seen = col(Phone.number) == extension.number, col(Phone.since) >= since, col(Phone.registered)
    return session.exec(select(Phone.number).where(*seen).limit(1)).first() is not None


def co_holders(session: Session, employee: Employee, extension: Extension) -> list[Employee]:
    """Return who has it, too, and has not left: mostly the same person as another HR system knows them."""
    has_it = (employee_ref_sql() == (extension.employee_ref or "")) | (
        col(Employee.extension_id) == extension.id
    )
    others = has_it, employee_ref_sql() != employee_ref(employee), col(Employee.stage).not_in(DEPARTED_STAGES)
    return list(session.exec(select(Employee).where(*others).order_by(col(Employee.id))))


def assign(session: Session, employee: Employee, extension: Extension) -> None:
    """Note that it is theirs, or that they share it with somebody of whom HR has not said that they left.

    Raises Overtaken when it has changed since it was read.
    """
    employee.number = extension.number
    if co_holders(session, employee, extension):
        employee.extension_id = extension.id
    else:
        _set_employee_ref(session, extension, employee_ref(employee), Actor.hr(employee.source))


def transfer(session: Session, extension: Extension, employee: Employee, partner: Employee) -> None:
    """Make it the partner's, whoever else shares it. Raises Overtaken when it has changed since it was read."""
    _set_employee_ref(session, extension, employee_ref(partner), Actor.hr(employee.source))


def release(session: Session, employee: Employee, extension: Extension, by: Actor) -> None:
    """Take it from HR's employees, and from this one in Slack. Raises Overtaken as assign()."""
    _set_employee_ref(session, extension, None, by)
    if extension.slack_user_id and extension.slack_user_id == employee.slack_user_id:
        set_slack_user(session, extension, None, by)


def set_slack_user(session: Session, extension: Extension, user_id: str | None, by: Actor) -> None:
    """Make it that Slack user's, in a new revision: Asterisk has nothing of it. Raises Overtaken as assign()."""
    as_read = col(Extension.id) == extension.id, col(Extension.revision) == extension.revision
    values = {"slack_user_id": user_id, "revision": extension.revision + 1, "updated_at": now()}
    if not session.exec(update(Extension).where(*as_read).values(**values)).rowcount:
        raise _overtaken(extension)
    change = {"slack_user_id": [extension.slack_user_id, user_id]}
    audit.record(session, by, "changed", extension.number, change, extension.revision + 1)


def _set_employee_ref(session: Session, extension: Extension, ref: str | None, by: Actor) -> None:
    as_read = (
        col(Extension.id) == extension.id,
        col(Extension.revision) == extension.revision,
        col(Extension.state) != State.DELETING,
        col(Extension.employee_ref).is_not_distinct_from(extension.employee_ref),
    )
    if not session.exec(update(Extension).where(*as_read).values(employee_ref=ref)).rowcount:
        raise _overtaken(extension)
    if ref != extension.employee_ref:
        audit.record(session, by, "changed", extension.number, {MADE_FOR: [extension.employee_ref, ref]})


def _overtaken(extension: Extension) -> Overtaken:
    return Overtaken(f"extension {extension.number} has just been changed by somebody else")


def change_extension(
    context: OnboardingContext, employee: Employee, seen: Extension, changes: Changes
) -> None:
    """Change an extension in the name of the HR system. Raises NotFound, Refusal, Overtaken."""
    by = Actor.hr(employee.source)
    extensions.save_changes(context.services, seen.number, changes, by=by, seen=seen)
