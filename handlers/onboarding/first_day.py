"""The days of an employee's phone: it begins to work, its owner is told, and long after they left it is free again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select, update

from handlers.alerts.words import Content
from handlers.onboarding import keeping, messages, ownership, people, provisioning
from handlers.onboarding.context import OnboardingContext, save, tell_admins
from handlers.onboarding.employees import follow, has_started
from handlers.onboarding.ownership import extension_of, person_of
from handlers.slack.errors import SLACK_AWAY, retry_after
from models import audit, outbox
from models.actor import SWITCHHOOK
from models.employee import Employee, Stage
from models.extension import Extension, State
from models.fields import Changes
from models.types import now
from pbx import extensions
from pbx.errors import Overtaken, Refusal
from pbx.publish import PUBLISH_ERRORS, publish

log = logging.getLogger("switchhook.onboard")

TRY_AGAIN = timedelta(days=1)


def start_those_whose_day_has_come(office: OnboardingContext) -> int:
    """Reserved phones whose owner starts today begin to work; how many."""
    due = [each for each in _waiting(office, Stage.RESERVED) if has_started(each)]
    started = sum(_each_for_itself(office, each, _start) for each in due)
    if started:
        with suppress(*PUBLISH_ERRORS):  # saved with the rows that wait; tried again every minute
            publish(office.system)
    return started


def _each_for_itself(
    office: OnboardingContext, employee: Employee, step: Callable[[OnboardingContext, Employee], bool]
) -> bool:
    """What nobody has thought of is told, tried again the next day, and holds up nobody else. Slack's trouble passes."""
    try:
        return step(office, employee)
    except (SQLAlchemyError, *SLACK_AWAY):
        raise
    except Overtaken:  # an admin was faster: looked at anew the next time
        return False
    except Exception as error:
        log.exception("an employee's phone is held up", extra={"employee": employee.id})
        reason = f"Something is wrong inside Switchhook ({type(error).__name__}), and its log says more"
        with office.system.database.session() as session:
            content = messages.no_start(employee.name, employee.number or "", reason)
            _try_tomorrow(session, office, employee, content)
        return False


def _is_given_away(office: OnboardingContext, employee: Employee) -> bool:
    """Whether an admin seems to have given it to somebody else; the admins hear of who is left without a phone."""
    extension = extension_of(office.system, employee)
    why = ownership.given_away(person_of(employee), extension) if extension else None
    if extension and why:
        _leave_untold(office, employee, extension, why)
    return why is not None


def _leave_untold(office: OnboardingContext, employee: Employee, extension: Extension, why: str) -> None:
    content = messages.not_told(employee.name, extension.number, why, works=extension.enabled)
    with office.system.database.session() as session:
        _try_tomorrow(session, office, employee, content)


def _start(office: OnboardingContext, employee: Employee) -> bool:
    if _is_given_away(office, employee):
        return False
    try:
        followed = follow(office, employee, Changes(enabled=True), by=SWITCHHOOK)
    except Refusal as refusal:
        content = messages.no_start(employee.name, employee.number or "", str(refusal))
        with office.system.database.session() as session:
            _try_tomorrow(session, office, employee, content)
        return False
    employee.stage, employee.next_try_at = Stage.READY if followed else Stage.GONE, None
    office.save(employee)
    return followed


def tell(office: OnboardingContext) -> float:
    """People whose phone works. How many seconds Slack is to be left alone: nobody is lost by its stumbling."""
    try:
        tell_those_who_are_ready(office)
    except SLACK_AWAY as error:
        log.warning("Slack does not say who is who", extra={"reason": type(error).__name__})
        return retry_after(error)
    return 0.0


def tell_those_who_are_ready(office: OnboardingContext) -> int:
    """Everybody whose phone works, and who can be found in Slack; how many were told.

    Raises SLACK_AWAY, which passes. What concerns one person alone holds up nobody else.
    """
    told, trouble = 0, None
    for employee in _waiting(office, Stage.READY):
        try:
            told += _each_for_itself(office, employee, _tell)
        except SlackApiError as error:
            if error.response.status_code != 200:
                raise
            trouble = error
    if trouble:
        raise trouble
    return told


def _tell(office: OnboardingContext, employee: Employee) -> bool:
    extension = extension_of(office.system, employee)
    if extension is None or extension.state in (State.PENDING, State.DELETING):
        return False
    if _is_given_away(office, employee):
        return False
    if extension.state is State.FAILED:
        _refused_by_asterisk(office, employee, extension)
        return False
    known, error = people.slack_user(office.client, employee.email) if employee.email else (None, None)
    if why := _doubt(office, employee, extension, known):
        _leave_untold(office, employee, extension, why)
        return False
    user_id = known or extension.slack_user_id
    with office.system.database.session() as session:
        if user_id is None:
            content = messages.no_slack(employee.name, employee.email, extension.number, error)
            _try_tomorrow(session, office, employee, content)
        else:
            _welcome(session, office, employee, extension, user_id)
    return user_id is not None


def _refused_by_asterisk(office: OnboardingContext, employee: Employee, extension: Extension) -> None:
    """The admins hear of it; on the next days Asterisk is asked to take it once more."""
    is_due = employee.next_try_at is not None and employee.next_try_at <= now()
    content = messages.no_start(employee.name, extension.number, extension.reason or "")
    with office.system.database.session() as session:
        _try_tomorrow(session, office, employee, content)
    if is_due:
        with suppress(Refusal):  # it stands beside somebody else's lines, still
            extensions.save_changes(office.system, extension.number, Changes(), by=SWITCHHOOK)


def _welcome(
    session: Session, office: OnboardingContext, employee: Employee, extension: Extension, user_id: str
) -> None:
    settings = office.system.settings
    ticket = provisioning.ticket_for(settings, employee, extension)
    phone = extension.number, settings.sip_domain, ticket
    content = messages.welcome(employee.id or 0, employee.name, *phone)
    outbox.put(session, user_id, f"welcome:{employee.id}", content, open=False)
    if extension.slack_user_id != user_id:
        this = col(Extension.id) == extension.id
        session.exec(update(Extension).where(this).values(slack_user_id=user_id))
        found = {"slack_user_id": [extension.slack_user_id, user_id]}
        audit.note(session, SWITCHHOOK, "changed", extension.number, found)
    employee.stage, employee.slack_user_id = Stage.TOLD, user_id
    save(session, employee)


def _doubt(
    office: OnboardingContext, employee: Employee, extension: Extension, known: str | None
) -> str | None:
    """Why whom the extension is set for in Slack may be somebody else. `known`: whom Slack knows by their address."""
    number, named = extension.number, extension.slack_user_id
    if named and known and known != named:
        return f"{number} is set for another Slack user than the one with the address {employee.email}"
    told = col(Employee.slack_user_id) == named, col(Employee.id) != employee.id
    with office.system.database.session() as session:
        others = session.exec(select(Employee).where(*told).order_by(col(Employee.id))).all()
    other = next((each for each in others if each.email.lower() != employee.email.lower()), None)
    if named and not known and other:
        return f"{number} is set for the Slack user who was told of the phone of {other.name}"
    return None


def free_numbers(office: OnboardingContext) -> int:
    """Numbers of people who left long ago; how many."""
    due = [each for each in _waiting(office, Stage.LEFT) if kept_until(office, each) < now()]
    for employee in due:
        with suppress(Overtaken):  # looked at anew the next time
            _free(office, employee)
    return len(due)


def kept_until(office: OnboardingContext, employee: Employee) -> datetime:
    """Of somebody who left: counted from when they did, or from when a phone was locked out for that."""
    since = max(filter(None, (employee.left_at, employee.locked_at)), default=now())
    return since + timedelta(days=office.system.settings.hr_keep_days)


def _free(office: OnboardingContext, employee: Employee) -> None:
    """Unless an admin has given it to somebody since. Raises Overtaken."""
    extension = extension_of(office.system, employee)
    is_own = extension is not None and extension.made_for == ownership.made_for(employee)
    person = person_of(employee)
    if (
        extension
        and is_own
        and (ownership.given_away(person, extension) or keeping.set_since(office, person, extension))
    ):
        with office.system.database.session() as session:
            ownership.release(session, employee, extension, SWITCHHOOK)
    elif extension and is_own and not extension.enabled:
        with suppress(Refusal):  # it is being deleted already
            extensions.delete(office.system, extension.number, by=SWITCHHOOK, seen=extension)
    employee.stage = Stage.GONE
    office.save(employee)


def _try_tomorrow(session: Session, office: OnboardingContext, employee: Employee, content: Content) -> None:
    """The admins hear of it once."""
    if employee.next_try_at is None:
        tell_admins(session, office, f"{content['kind']}:{employee.id}", content)
    employee.next_try_at = now() + TRY_AGAIN
    save(session, employee)


def _waiting(office: OnboardingContext, stage: Stage) -> list[Employee]:
    """Those at this stage whose turn it is: on the day, or when somebody has changed the extension since."""
    made_for = col(Employee.source) + ":" + col(Employee.external_id)
    changed = (col(Extension.made_for) == made_for) & (col(Extension.updated_at) > col(Employee.updated_at))
    due = col(Employee.next_try_at).is_(None) | (col(Employee.next_try_at) <= now())
    due |= select(Extension.id).where(changed).exists()
    query = select(Employee).where(Employee.stage == stage, due).order_by(col(Employee.id))
    with office.system.database.session() as session:
        return list(session.exec(query))
