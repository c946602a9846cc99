"""Phones begin to work on the first day, and their owners are welcomed."""

from __future__ import annotations

import logging
from contextlib import suppress

from slack_sdk.errors import SlackApiError
from sqlmodel import Session, col, select

from handlers.onboarding import giving, matching, provisioning, slack_users
from handlers.onboarding.admin_messages import NoSlackAccount, PhoneNotWorking, WelcomeWithheld
from handlers.onboarding.assignment import extension_of, set_slack_user
from handlers.onboarding.context import OnboardingContext, save
from handlers.onboarding.due import due_employees, isolated, retry_tomorrow
from handlers.onboarding.matching import person_of
from handlers.onboarding.messages import Welcome
from handlers.onboarding.records import has_started
from handlers.onboarding.states import Trigger, transition
from handlers.slack.done import Done
from handlers.slack.errors import SLACK_AWAY, seconds_to_wait
from models import outbox
from models.actor import SWITCHHOOK
from models.employee import Employee, Stage
from models.extension import Extension, State
from models.fields import Changes
from models.types import now
from pbx import extensions
from pbx.errors import NotFound, Refusal
from pbx.publish import PUBLISH_ERRORS, publish

log = logging.getLogger("switchhook.onboard")


def activate_due(context: OnboardingContext) -> int:
    """Enable the reserved phones whose owner's first day has come; return how many."""
    starting = [each for each in due_employees(context, Stage.RESERVED) if has_started(each)]
    started = sum(isolated(context, each, _activate) for each in starting)
    if started:
        with suppress(*PUBLISH_ERRORS):  # saved with the rows that wait; tried again every minute
            publish(context.services)
    return started


def _activate(context: OnboardingContext, employee: Employee) -> bool:
    """Return whether the phone is to work now."""
    extension = extension_of(context.services, employee)
    if extension and _is_reassigned(context, employee, extension):
        return False
    try:
        enabled = extension is not None and _enable(context, employee, extension)
    except Refusal as refusal:
        content = _not_working(employee, extension, str(refusal))
        retry_tomorrow(context, employee, content)
        return False
    transition(employee, Trigger.STARTED if enabled else Trigger.EXTENSION_DELETED)
    employee.next_try_at = None
    context.save(employee)
    return enabled


def _enable(context: OnboardingContext, employee: Employee, extension: Extension) -> bool:
    """Return False when it has been deleted this very moment. Raises Refusal, Overtaken."""
    with suppress(NotFound):
        changes = Changes(enabled=True)
        extensions.save_changes(context.services, extension.number, changes, by=SWITCHHOOK, seen=extension)
        employee.number = extension.number
        return True
    return False


def _is_reassigned(context: OnboardingContext, employee: Employee, extension: Extension) -> bool:
    """Return whether an admin seems to have given it to somebody else; the admins are notified then."""
    why = matching.reassigned(person_of(employee), extension)
    if why:
        _withhold(context, employee, extension, why)
    return why is not None


def _withhold(context: OnboardingContext, employee: Employee, extension: Extension, why: str) -> None:
    """Notify the admins why somebody is not welcomed."""
    content = WelcomeWithheld(
        extension=extension.id or 0,
        name=employee.name,
        number=extension.number,
        reason=why,
        works=extension.enabled,
    )
    retry_tomorrow(context, employee, content)


def send_or_back_off(context: OnboardingContext) -> float:
    """Send welcomes, and return how many seconds Slack is to be left alone after it failed."""
    try:
        send_welcomes(context)
    except SLACK_AWAY as error:
        log.warning("Slack does not say who is who", extra={"reason": type(error).__name__})
        return seconds_to_wait(error)
    return 0.0


def send_welcomes(context: OnboardingContext) -> int:
    """Welcome everybody whose phone works and who is found in Slack; return how many.

    Raises SLACK_AWAY, which passes. An error that concerns one person does not stop the others.
    """
    welcomed, refusal = 0, None
    for employee in due_employees(context, Stage.READY):
        try:
            welcomed += isolated(context, employee, _send_welcome)
        except SlackApiError as error:
            if error.response.status_code != 200:
                raise
            refusal = error
    if refusal:
        raise refusal
    return welcomed


def _send_welcome(context: OnboardingContext, employee: Employee) -> bool:
    """Return whether they were welcomed; otherwise the admins hear why, or Asterisk has yet to follow."""
    extension = extension_of(context.services, employee)
    if extension is None or extension.state in (State.PENDING, State.DELETING):
        return False
    if _is_reassigned(context, employee, extension):
        return False
    if extension.state is State.FAILED:
        _report_refused(context, employee, extension)
        return False
    known, error = slack_users.find(context.client, employee.email) if employee.email else (None, None)
    if why := _slack_conflict(context, employee, extension, known):
        _withhold(context, employee, extension, why)
        return False
    if user_id := known or extension.slack_user_id:
        with context.services.database.session() as session:
            _welcome(session, context, employee, extension, user_id)
        return True
    content = NoSlackAccount(
        employee=employee.id or 0,
        extension=extension.id or 0,
        name=employee.name,
        email=employee.email,
        number=extension.number,
        error=error,
    )
    retry_tomorrow(context, employee, content)
    return False


def _report_refused(context: OnboardingContext, employee: Employee, extension: Extension) -> None:
    """Notify the admins that Asterisk refuses it; on the next days, have Asterisk asked once more."""
    is_due = employee.next_try_at is not None and employee.next_try_at <= now()
    retry_tomorrow(context, employee, _not_working(employee, extension, extension.reason or ""))
    if is_due:
        with suppress(Refusal):  # still beside hand-written lines
            extensions.save_changes(context.services, extension.number, Changes(), by=SWITCHHOOK)


def _not_working(employee: Employee, extension: Extension | None, reason: str) -> PhoneNotWorking:
    row_id, number = (extension.id or 0, extension.number) if extension else (0, employee.number or "")
    return PhoneNotWorking(extension=row_id, name=employee.name, number=number, reason=reason)


def _welcome(
    session: Session, context: OnboardingContext, employee: Employee, extension: Extension, user_id: str
) -> None:
    """Enqueue the welcome; whoever was found in Slack is from now on the extension's user there. Raises Overtaken."""
    settings = context.services.settings
    content = Welcome(
        employee=employee.id or 0,
        name=employee.name,
        number=extension.number,
        server=settings.sip_domain,
        ticket=provisioning.ticket_for(settings, employee, extension),
    )
    outbox.enqueue(session, user_id, f"welcome:{employee.id}", content.as_json(), open=False)
    giving.close_question(session, employee.id or 0, Done(what="welcomed"))
    if extension.slack_user_id != user_id:
        set_slack_user(session, extension, user_id, SWITCHHOOK)
    transition(employee, Trigger.WELCOMED)
    employee.slack_user_id = user_id
    save(session, employee)


def _slack_conflict(
    context: OnboardingContext, employee: Employee, extension: Extension, known: str | None
) -> str | None:
    """Return why the extension's Slack user may be somebody else. `known`: whom Slack knows by their address."""
    number, named = extension.number, extension.slack_user_id
    if named and known and known != named:
        return f"{number} is set for another Slack user than the one with the address {employee.email}"
    same_user = col(Employee.slack_user_id) == named, col(Employee.id) != employee.id
    with context.services.database.session() as session:
        others = session.exec(select(Employee).where(*same_user).order_by(col(Employee.id))).all()
    other = next((each for each in others if each.email.lower() != employee.email.lower()), None)
    if named and not known and other:
        return f"{number} is set for the Slack user who was told of the phone of {other.name}"
    return None
