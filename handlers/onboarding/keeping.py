"""Why an extension that was made for somebody who leaves may have to stay: others have it, or an admin has given it on."""

from __future__ import annotations

from sqlmodel import Session, col, select

from handlers.hr.lookup import TemporaryError
from handlers.onboarding import assignment, slack_users
from handlers.onboarding.assignment import Person
from handlers.onboarding.context import OnboardingContext, save
from models.employee import Employee
from models.extension import Extension
from pbx import leavers


def reason(context: OnboardingContext, person: Person, employee: Employee, own: Extension) -> str | None:
    """None: nothing speaks against locking it out. Raises Overtaken."""
    with context.system.database.session() as session:
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
    """Kept for who stays, so that it is not freed with the number of who left. Raises Overtaken."""
    key = assignment.employee_ref(partner)
    has_one = session.exec(select(Extension.id).where(col(Extension.employee_ref) == key)).first()
    if own.employee_ref == assignment.employee_ref(employee) and not has_one:
        assignment.transfer(session, own, employee, partner)
        save(session, employee, extension_id=own.id)


def set_since(context: OnboardingContext, person: Person, own: Extension) -> str | None:
    """An address or a Slack user where there was none: it may be theirs, told by an admin, or another's."""
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
        return {slack_users.find_or_none(context.client, each) for each in person.addresses}
    except TemporaryError:
        return set()
