"""The password of a new employee's phone: shown once, whichever way they ask for it."""

from __future__ import annotations

import logging

from pydantic import SecretStr
from sqlmodel import col, update

from handlers.onboarding.assignment import extension_of
from handlers.onboarding.matching import person_of, reassigned
from models import audit
from models.actor import Actor
from models.employee import DEPARTED_STAGES, Employee
from models.extension import Extension
from models.types import now
from pbx.services import Services

log = logging.getLogger("switchhook.onboard")

SHOWN = "was shown the secret of"
NOT_SEEN = "did not see it after all, as the window did not open: the secret of"


def phone_of(services: Services, employee_id: int) -> tuple[Employee, Extension] | None:
    """Return an employee and their extension; None when there is no such employee, or no phone of theirs any more."""
    with services.database.session() as session:
        employee = session.get(Employee, employee_id)
    if employee is None or employee.stage in DEPARTED_STAGES:
        return None
    extension = extension_of(services, employee)
    if extension is None or reassigned(person_of(employee), extension):
        return None
    return employee, extension


def reveal(services: Services, employee: Employee, extension: Extension, *, by: Actor) -> SecretStr | None:
    """Return the secret; None when it has been shown before, also when two ask at the same moment."""
    secret = services.cipher.decrypt(extension.encrypted_secret)
    unseen = col(Employee.id) == employee.id, col(Employee.secret_shown_at).is_(None)
    with services.database.session() as session:
        if not session.exec(update(Employee).where(*unseen).values(secret_shown_at=now())).rowcount:
            return None
        audit.record(session, by, SHOWN, extension.number)
    log.info("a secret is shown to its owner", extra={"number": extension.number, "by": str(by)})
    return secret


def mark_unseen(services: Services, employee_id: int, *, by: Actor) -> None:
    """Allow it to be asked for again, because showing it failed."""
    with services.database.session() as session:
        this = update(Employee).where(col(Employee.id) == employee_id)
        session.exec(this.values(secret_shown_at=None))
        employee = session.get(Employee, employee_id)
        audit.record(session, by, NOT_SEEN, employee.number if employee else None)
