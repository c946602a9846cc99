"""How long the number of somebody who left is kept, and why an extension may have to stay."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from handlers.hr.lookup import TemporaryError
from handlers.onboarding import assignment, matching, slack_users
from handlers.onboarding.assignment import extension_of
from handlers.onboarding.context import OnboardingContext, save
from handlers.onboarding.due import due_employees
from handlers.onboarding.matching import Person, person_of
from handlers.onboarding.states import Trigger, transition
from models.actor import SWITCHHOOK
from models.employee import Employee, Stage
from models.extension import Extension
from models.types import now
from pbx import extensions, leavers
from pbx.errors import Overtaken, Refusal


def release_numbers(context: OnboardingContext) -> int:
    """Free the numbers of those who left long enough ago; return how many."""
    ended = [each for each in due_employees(context, Stage.LEFT) if kept_until(context, each) < now()]
    for employee in ended:
        with suppress(Overtaken):  # changed meanwhile; retried the next time
            _release(context, employee)
    return len(ended)


def kept_until(context: OnboardingContext, employee: Employee) -> datetime:
    """Return until when a leaver's number is kept: counted from when they left, or their phone was locked out for that."""
    since = max(filter(None, (employee.left_at, employee.locked_at)), default=now())
    return since + timedelta(days=context.services.settings.hr_keep_days)


def _release(context: OnboardingContext, employee: Employee) -> None:
    """Delete the extension, unless an admin has given it to somebody since. Raises Overtaken."""
    extension = extension_of(context.services, employee)
    is_own = extension is not None and extension.employee_ref == assignment.employee_ref(employee)
    person = person_of(employee)
    if (
        extension
        and is_own
        and (matching.reassigned(person, extension) or set_since(context, person, extension))
    ):
        with context.services.database.session() as session:
            assignment.release(session, employee, extension, SWITCHHOOK)
    elif extension and is_own and not extension.enabled:
        with suppress(Refusal):  # it is being deleted already
            extensions.delete(context.services, extension.number, by=SWITCHHOOK, seen=extension)
    transition(employee, Trigger.RETENTION_ENDED)
    context.save(employee)


def keep_reason(context: OnboardingContext, person: Person, employee: Employee, own: Extension) -> str | None:
    """Return why a leaver's extension may have to stay; None when it may be locked out. Raises Overtaken."""
    with context.services.database.session() as session:
        let_in = leavers.was_let_in_since(session, own, employee.left_at)
        partners = assignment.co_holders(session, employee, own)
        if partners:
            _transfer(session, employee, partners[0], own)
    if partners:
        whose = f"employee {partners[0].external_id} of {partners[0].source}"
        return f"{own.number} is also that of {whose}, {partners[0].name}, of whom HR has not said that they left"
    if let_in:
        return f"{own.number} has been let in again since they left"
    return set_since(context, person, own)


def _transfer(session: Session, employee: Employee, partner: Employee, own: Extension) -> None:
    """Keep it for who stays, so that it is not deleted after the retention of who left. Raises Overtaken."""
    ref = assignment.employee_ref(partner)
    has_one = session.exec(select(Extension.id).where(col(Extension.employee_ref) == ref)).first()
    if own.employee_ref == assignment.employee_ref(employee) and not has_one:
        assignment.transfer(session, own, employee, partner)
        save(session, employee, extension_id=own.id)


def set_since(context: OnboardingContext, person: Person, own: Extension) -> str | None:
    """Return which address or Slack user was added since: it may be theirs, told by an admin, or another's."""
    number, user = own.number, own.slack_user_id
    if user and not person.slack_user_id and not person.extension_snapshot.get("slack_user_id"):
        known = _in_slack(context, person)
        if user not in known:
            return f"{number} is set as a Slack user’s of whom it is not known whether it is them"
    if (
        own.email
        and person.extension_snapshot
        and not person.extension_snapshot.get("email")
        and not person.addresses
    ):
        return f"{number} has got the e-mail address {own.email} since"
    return None


def _in_slack(context: OnboardingContext, person: Person) -> set[str | None]:
    try:
        return {slack_users.find_or_reason(context.client, each)[0] for each in person.addresses}
    except TemporaryError:
        return set()
