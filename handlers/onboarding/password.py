"""The password of a new phone: shown once to whom it was handed, whichever way they ask for it.

They are an employee, or the Slack user that an admin made the extension for (password_handovers.py).
"""

from __future__ import annotations

import logging

from pydantic import SecretStr
from sqlmodel import col, update

from handlers.onboarding.action_ids import HANDOVER
from handlers.onboarding.assignment import extension_of
from handlers.onboarding.matching import person_of, reassigned
from models import audit
from models.actor import Actor
from models.employee import DEPARTED_STAGES, Employee
from models.extension import Extension, State
from models.number import ID_DIGITS, whole
from models.password_handover import PasswordHandover, holder_on_page
from models.types import now
from pbx.services import Services
from pbx.shown_secrets import SHOWN

log = logging.getLogger("switchhook.onboard")

NOT_SEEN = "did not see it after all, as the window did not open: the password of"


Holder = Employee | PasswordHandover  # of a password that is shown once


def key_of(holder: Holder) -> str:
    """Return what a button or ticket names them by: `17`, an employee, or `h17`."""
    return f"{HANDOVER if isinstance(holder, PasswordHandover) else ''}{holder.id}"


def name_of(holder: Holder, extension: Extension) -> str:
    return holder.name if isinstance(holder, Employee) else extension.name


def find(services: Services, key: str) -> tuple[Holder, Extension] | None:
    """Return whom a key names, with their extension; None when they have no phone of theirs any more."""
    text = key.removeprefix(HANDOVER)
    number = whole(text, ID_DIGITS)
    if number is None:
        return None
    return phone_of(services, number) if text == key else _handed_over(services, number)


def _handed_over(services: Services, handover_id: int) -> tuple[PasswordHandover, Extension] | None:
    with services.database.session() as session:
        handover = session.get(PasswordHandover, handover_id)
        extension = session.get(Extension, handover.extension_id) if handover else None
    if not handover or not extension or extension.state is State.DELETING:
        return None
    theirs = (extension.slack_user_id, holder_on_page(extension.slack_user_id))
    return (handover, extension) if handover.slack_user_id in theirs else None


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


def reveal(services: Services, holder: Holder, extension: Extension, *, by: Actor) -> SecretStr | None:
    """Return the secret; None when it has been shown before, also when two ask at the same moment."""
    secret = services.cipher.decrypt(extension.encrypted_secret)
    table = type(holder)
    unseen = col(table.id) == holder.id, col(table.secret_shown_at).is_(None)
    with services.database.session() as session:
        if not session.exec(update(table).where(*unseen).values(secret_shown_at=now())).rowcount:
            return None
        audit.record(session, by, SHOWN, extension.number)
    log.info("a secret is shown to its owner", extra={"number": extension.number, "by": str(by)})
    return secret


def mark_unseen(services: Services, key: str, *, by: Actor) -> None:
    """Allow it to be asked for again, because showing it failed."""
    if (found := find(services, key)) is None:
        return
    holder, extension = found
    table = type(holder)
    with services.database.session() as session:
        session.exec(update(table).where(col(table.id) == holder.id).values(secret_shown_at=None))
        audit.record(session, by, NOT_SEEN, extension.number)
