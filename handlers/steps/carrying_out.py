"""Carries a step out. Whatever was done before a crash is found, and not done again."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlmodel import col, select

from handlers import wording
from handlers.onboarding import assignment
from handlers.steps import functions
from models.actor import Actor
from models.employee import Employee, Stage
from models.extension import BY_NUMBER, Extension, State
from models.fields import Changes
from models.step_execution import StepExecution
from models.words import some
from pbx import directory, extensions
from pbx.errors import AsteriskUnavailable, Refusal
from pbx.publish import PUBLISH_ERRORS, publish
from pbx.services import Services

SOURCE = (
    "workflow"  # of an employee who was not reported by HR, and the kind of who did it in the audit trail
)


class NotYet(Exception):
    """Raised while Asterisk has yet to follow. Its text says why."""


def carry_out(services: Services, row: StepExecution) -> dict[str, Any]:
    """Return the outputs. Raises NotYet, and SwitchhookError where it cannot be done."""
    match row.function:
        case functions.CREATE:
            return _create(services, row)
        case functions.DISABLE:
            return _disable(services, row)
    return _look_up(services, row)


def of_person(services: Services, user_id: str) -> list[Extension]:
    """Return the extensions whose Slack user they are, in order of number."""
    theirs = col(Extension.slack_user_id) == user_id, col(Extension.state) != State.DELETING
    with services.database.session() as session:
        return list(session.exec(select(Extension).where(*theirs).order_by(*BY_NUMBER)))


def _create(services: Services, row: StepExecution) -> dict[str, Any]:
    new = functions.new_extension(row.inputs)
    made = _made(services, row)
    if made is None:
        if theirs := of_person(services, new.slack_user_id or ""):
            return {"number": _the_one_they_have(theirs, new.number), "user": new.slack_user_id}
        made, _ = extensions.save_new(services, new, employee_ref=_ref(row), by=actor(row))
    _have_them_welcomed(services, row, made)
    publish_or_later(services)
    return {"number": _live(services, made.number).number, "user": new.slack_user_id}


def _ref(row: StepExecution) -> str:
    """Return how an extension names the execution that it was made by: each makes one at most."""
    return f"{SOURCE}:{row.execution_id}"


def _made(services: Services, row: StepExecution) -> Extension | None:
    with services.database.session() as session:
        return session.exec(select(Extension).where(Extension.employee_ref == _ref(row))).first()


def _the_one_they_have(theirs: list[Extension], wanted: str | None) -> str:
    """Return the number of an extension that works. Raises Refusal where that is not what was asked for."""
    usable = [each.number for each in theirs if each.enabled]
    if not usable:
        number = theirs[0].number
        raise Refusal(
            f"they have extension {number}, which is disabled: /ext enable {number} lets it in again"
        )
    if wanted and wanted not in usable:
        raise Refusal(f"they have extension {some(usable)} already: leave the number out to go on with that")
    return wanted or usable[0]


def _have_them_welcomed(services: Services, row: StepExecution, made: Extension) -> None:
    """Have onboarding send them the password, once it works, as it does for people whom HR reports."""
    with services.database.session() as session:
        known = col(Employee.source) == SOURCE, col(Employee.external_id) == row.execution_id
        if session.exec(select(Employee).where(*known)).first():
            return
        employee = Employee(
            source=SOURCE,
            external_id=row.execution_id,
            name=made.name,
            email=made.email or "",
            number=made.number,
            stage=Stage.READY,
        )
        assignment.take_snapshot(employee, made, handed_over=False)
        session.add(employee)


def _disable(services: Services, row: StepExecution) -> dict[str, Any]:
    """Disable all that they have: who leaves is to keep none of them."""
    theirs = of_person(services, functions.user_of(row.inputs))
    if not theirs:
        raise Refusal(
            "no extension has them as its Slack user, so none was disabled: look for it with /ext list, and note whose it "
            "is with /ext set 101 @user"
        )
    for each in theirs:
        if each.enabled:
            extensions.save_changes(services, each.number, Changes(enabled=False), by=actor(row), seen=each)
    publish_or_later(services)
    return {"numbers": ", ".join(_live(services, each.number).number for each in theirs)}


def _look_up(services: Services, row: StepExecution) -> dict[str, Any]:
    """Say what they have; of several, the first that a phone is registered for."""
    theirs = of_person(services, functions.user_of(row.inputs))
    found = [directory.status(services, each.number) for each in theirs]
    if error := next((each.error for each in found if each.error), None):
        raise AsteriskUnavailable(error)
    registered = [each.extension.number for each in found if each.registered]
    number = (registered or [each.number for each in theirs] or [""])[0]
    return {"number": number, "registered": bool(registered)}


def actor(row: StepExecution) -> Actor:
    return Actor(SOURCE, row.execution_id)


def publish_or_later(services: Services) -> None:
    with suppress(*PUBLISH_ERRORS):  # the row says why, and it is tried again every minute
        publish(services)


def _live(services: Services, number: str) -> Extension:
    """Return it once Asterisk has it as it is to be. Raises NotYet, Refusal."""
    found = extensions.get(services, number)
    if found.state is State.FAILED:
        raise Refusal(f"extension {number} is saved, but not live. {wording.ended(found.reason)}")
    if found.state is not State.LIVE:
        raise NotYet(f"extension {number} is saved, and not live yet. {wording.ended(found.reason)}")
    return found
