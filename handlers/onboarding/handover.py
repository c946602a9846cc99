"""An extension that was there before becomes an employee's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlmodel import Session

from handlers.onboarding import assignment, matching, slack_users
from handlers.onboarding.assignment import change_extension
from handlers.onboarding.context import OnboardingContext, save
from handlers.onboarding.matching import person_of
from handlers.onboarding.results import Result
from handlers.onboarding.states import Trigger, transition
from models.employee import Employee, Stage
from models.encryption import generate_secret
from models.extension import Extension
from models.fields import Changes
from pbx import extensions, leavers, mailboxes


def hand_over(context: OnboardingContext, employee: Employee, found: Extension, *, chosen: bool) -> Result:
    """Make an existing extension theirs. What an admin has set stays, and who works with it already goes on doing so.

    `chosen`: an admin has said that it is theirs, whoever's it looked like: from now on it looks like theirs.
    """
    with context.services.database.session() as session:
        shares = bool(assignment.co_holders(session, employee, found))
        leaver = None if shares else leavers.who_knows_the_secret(session, found)
        new_secret = not shares and _needs_new_secret(session, found, leaver)
        has_it = shares or (not new_secret and assignment.is_in_use(session, found))
    settings = _identity_changes(context, employee, found) if chosen and not shares else {}
    settings |= {"email": employee.email} if employee.email and not found.email else {}
    settings |= {"secret": generate_secret()} if new_secret else {}
    # A disabled one gets here only if an admin has chosen it.
    settings |= {"enabled": True} if not found.enabled and employee.stage is Stage.READY else {}
    if settings:
        change_extension(context, employee, found, Changes(**settings))
        found = extensions.get(context.services, found.number)
    if has_it:
        transition(employee, Trigger.RECOGNIZED)
    assignment.take_snapshot(employee, found, handed_over=True)
    with context.services.database.session() as session:
        assignment.assign(session, employee, found)
        save(session, employee, **({} if employee.stage is Stage.WELCOMED else {"secret_shown_at": None}))
    words = f"extension {found.number}, which was there before"
    known = "" if new_secret or not leaver else f"; {leavers.warning(leaver, found)}"
    known += f"; {mailboxes.goes_along(found.number)}" if found.voicemail_enabled and not has_it else ""
    return Result(f"{words}{known}", f"{words}, is to be theirs{known}", found.id)


def _identity_changes(context: OnboardingContext, employee: Employee, found: Extension) -> dict[str, Any]:
    """Return the values that make it look like theirs. Raises TemporaryError.

    Who has it in Slack is given the password: that is nobody but whom Slack knows by the address that HR tells.
    """
    settings: dict[str, Any] = {}
    if matching.reassigned(replace(person_of(employee), extension_snapshot={}), found):
        settings = {"name": employee.name, "email": employee.email or None}
    email, user = employee.email, found.slack_user_id
    if user and not (email and user == slack_users.find_or_reason(context.client, email)[0]):
        settings |= {"slack_user_id": None}
    return settings


def _needs_new_secret(session: Session, found: Extension, leaver: Employee | None) -> bool:
    """Return whether it gets a new secret: who was locked out does not come back in, and no phone that works is cut off."""
    if not found.enabled:
        return leaver is not None or leavers.is_locked_with_its_secret(session, found)
    return bool(leaver and leaver.left_at and not assignment.has_phone_since(session, found, leaver.left_at))
