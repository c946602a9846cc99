"""Carries a step out. Whatever was done before a crash is found, and not done again."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlmodel import col, select

from handlers import wording
from handlers.onboarding import password_handovers, slack_users
from handlers.steps import functions
from models import audit
from models.actor import Actor
from models.audit import AuditEntry
from models.extension import BY_NUMBER, Extension, State, is_of
from models.fields import Changes
from models.password_handover import PasswordHandover
from models.step_execution import StepExecution
from models.words import some
from pbx import directory, extensions
from pbx.errors import AsteriskUnavailable, Refusal
from pbx.publish import PUBLISH_ERRORS, publish
from pbx.services import Services

WORKFLOW = "workflow"  # as the kind of who did it


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
    with services.database.session() as session:
        return list(session.exec(select(Extension).where(is_of(user_id)).order_by(*BY_NUMBER)))


def _create(services: Services, row: StepExecution) -> dict[str, Any]:
    new = functions.new_extension(row.inputs)
    user = new.slack_user_id or ""
    number = _made(services, row)
    if number is None:
        if theirs := of_person(services, user):
            return {"number": _the_one_they_have(theirs, new.number), "user": user}
        if reason := slack_users.unfit(services.settings, user):
            raise Refusal(f"the person {reason}, and could not read the password")
        number = extensions.save_new(services, new, by=actor(row))[0].number
    made = extensions.get(services, number)
    if made.slack_user_id != user:
        raise Refusal(f"extension {number} was given to somebody else since")
    _hand_over_password(services, made)
    publish_or_later(services)
    return {"number": _live(services, number).number, "user": user}


def _made(services: Services, row: StepExecution) -> str | None:
    """Return the number that it has made before it was interrupted: the audit entry is written together with it."""
    this = AuditEntry.actor == str(actor(row)), AuditEntry.action == audit.CREATED
    with services.database.session() as session:
        query = select(AuditEntry.number).where(*this, col(AuditEntry.at) >= row.created_at)
        return session.exec(query).first()


def has_begun(services: Services, row: StepExecution) -> bool:
    """Return whether it has changed anything."""
    this = AuditEntry.actor == str(actor(row)), col(AuditEntry.at) >= row.created_at
    with services.database.session() as session:
        return session.exec(select(AuditEntry).where(*this).limit(1)).first() is not None


def _hand_over_password(services: Services, made: Extension) -> None:
    """Have the person sent the way to the password, once the extension is live."""
    with services.database.session() as session:
        begun = session.exec(
            select(PasswordHandover).where(
                PasswordHandover.extension_id == made.id, PasswordHandover.slack_user_id == made.slack_user_id
            )
        ).first()
        if begun is None:
            password_handovers.begin(session, made)


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


def to_disable(services: Services, row: StepExecution) -> list[Extension]:
    """Return all that they have: who leaves is to keep none of them. Raises Refusal."""
    theirs = of_person(services, functions.user_of(row.inputs))
    if not theirs:
        raise Refusal(
            "no extension has them as its Slack user, so none was disabled: look for it with /ext list, and note whose it "
            "is with /ext set <number> @user"
        )
    return theirs


def _disable(services: Services, row: StepExecution) -> dict[str, Any]:
    theirs = to_disable(services, row)
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
    return Actor(WORKFLOW, row.execution_id)


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
