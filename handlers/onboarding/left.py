"""Who leaves is locked out, also of an extension that was there before HR; nobody else ever is."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from handlers.hr.employee import EmployeeEvent
from handlers.hr.lookup import TemporaryError
from handlers.onboarding import assignment, candidates, giving, matching, retention
from handlers.onboarding.admin_messages import RecreatedByHand
from handlers.onboarding.assignment import extension_of
from handlers.onboarding.candidates import NeedsChoice
from handlers.onboarding.context import OnboardingContext, notify_admins
from handlers.onboarding.delivery_messages import MAX_CANDIDATES
from handlers.onboarding.matching import Person, person_of
from handlers.onboarding.missing_details import LEFT_MEANWHILE
from handlers.onboarding.records import mark_released
from handlers.onboarding.results import Result
from handlers.onboarding.retention import kept_until
from handlers.onboarding.states import INITIAL, Trigger, transition
from handlers.slack.done import Done
from models import login_link
from models.actor import Actor
from models.employee import Employee
from models.extension import Extension
from models.fields import Changes
from models.types import now
from pbx import extensions, numbers

LATE_AFTER = timedelta(days=1)  # after somebody left: retention then counts from the lock-out


def apply(
    context: OnboardingContext, source: str, event: EmployeeEvent, employee: Employee | None
) -> list[Result]:
    """Lock out somebody who left, known or not: the news of the joining may come later.

    Raises Refusal, NeedsChoice, TemporaryError, Overtaken.
    """
    # A leaver's address may be somebody else's by now; but the same event may be retried.
    is_news = employee is None or employee.left_at in (None, event.received_at)
    person = person_of(employee if is_news else None, event)
    employee = employee or Employee(source=source, external_id=event.external_id, stage=INITIAL)
    own = extension_of(context.services, employee)
    _record(context, event, employee)
    if event.choice:
        return [
            _lock_out(context, employee, each) for each in candidates.chosen(context, person, event.choice)
        ]
    done = _lock_out_own(context, event, employee, person, own)
    if is_news:
        _ask_about_others(context, person, employee, done)
    return done or [_no_extension(context, employee)]


def _lock_out_own(
    context: OnboardingContext,
    event: EmployeeEvent,
    employee: Employee,
    person: Person,
    own: Extension | None,
) -> list[Result]:
    """Lock out what is surely theirs. Raises NeedsChoice, TemporaryError, Overtaken."""
    if own and not (reassigned := matching.reassigned(person_of(employee, event), own)):
        why = retention.keep_reason(context, person_of(employee, event), employee, own)
        if why and own.enabled:
            raise NeedsChoice(why, [own])
        return [_lock_out(context, employee, own)]
    person, found = _find(context, person, own)
    if enabled := [each for each in found if each.enabled]:
        return [_lock_out(context, employee, candidates.require_certain(person, enabled))]
    if own and reassigned and own.enabled:
        others = [each for each in candidates.namesakes(context, person) if each.id != own.id]
        raise NeedsChoice(reassigned, [own, *others])
    if own and reassigned:
        return [Result(f"{reassigned}, and is locked out; it stays as it is")]
    return [_locked_out(found[0])] if found else []


def _find(
    context: OnboardingContext, person: Person, own: Extension | None
) -> tuple[Person, list[Extension]]:
    """Return what is known of them, and all with their address or Slack user but their own. Raises TemporaryError.

    While Slack does not answer, an address is enough: who leaves has no phone for as long as that takes.
    """
    try:
        person, unavailable = candidates.with_slack_user(context, person), None
    except TemporaryError as error:
        unavailable = error
    found = [
        each for each in candidates.with_known_identity(context, person) if own is None or each.id != own.id
    ]
    if unavailable and not found:
        raise unavailable
    return person, found


def _ask_about_others(
    context: OnboardingContext, person: Person, employee: Employee, done: list[Result]
) -> None:
    """Ask about other phones: who left may have a second one, or one that none of their data names. Raises NeedsChoice, TemporaryError."""
    others = candidates.likely(context, person)
    if others and done:
        raise NeedsChoice("Another one is taken from them already; this may be theirs, too", others)
    if others:
        raise NeedsChoice(
            "No extension is surely theirs; by name, address or Slack user, this may be", others
        )
    rest = [] if done or employee.number else candidates.not_ruled_out(context, person)
    if len(rest) > MAX_CANDIDATES:
        why = f"HR tells too little to find their extension; {len(rest)} are known to be nobody else’s"
        raise NeedsChoice(f"{why}: see /ext list, and lock theirs out with /ext disable", ())
    if rest:
        raise NeedsChoice("HR tells too little to find their extension. Is it one of these?", rest)


def _record(context: OnboardingContext, event: EmployeeEvent, employee: Employee) -> None:
    """Note when they left, and what else the event says."""
    received_at = event.received_at or now()
    transition(employee, Trigger.LEFT)
    employee.left_at = employee.left_at or received_at
    # Of a source that does not say when: before its receipt, and after all that it has said till then.
    employee.occurred_at = max(filter(None, (event.occurred_at or received_at, employee.occurred_at)))
    employee.name, employee.email = employee.name or event.name or "", employee.email or event.email or ""
    context.save(employee)
    with context.services.database.session() as session:
        giving.close_question(session, employee.id or 0, Done(what=LEFT_MEANWHILE))
        _sign_out(session, employee.slack_user_id)


def _sign_out(session: Session, user_id: str | None) -> None:
    """End their sessions of the page, and links that would begin one."""
    if user_id:
        login_link.end_all(session, Actor.slack(user_id))


def _lock_out(context: OnboardingContext, employee: Employee, extension: Extension) -> Result:
    """Disable it, and keep its number. Raises Overtaken, Refusal."""
    by = Actor.hr(employee.source)
    if extension.enabled:
        extensions.save_changes(
            context.services, extension.number, Changes(enabled=False), by=by, seen=extension
        )
    is_late = employee.left_at is not None and now() - employee.left_at > LATE_AFTER
    if is_late and (extension.enabled or kept_until(context, employee) < now()):
        employee.locked_at = now()
    with context.services.database.session() as session:
        kept = _keep(session, employee, extension)
        _sign_out(session, extension.slack_user_id)
    context.save(employee)
    return _locked_out(extension, kept_until(context, employee) if kept else None)


def _keep(session: Session, employee: Employee, extension: Extension) -> bool:
    """Return whether its number is kept for them: it was made for nobody else, and no other one was made for them."""
    ref = assignment.employee_ref(employee)
    has_one = session.exec(select(Extension.id).where(col(Extension.employee_ref) == ref)).first()
    fresh = session.get_one(Extension, extension.id)
    if fresh.employee_ref is None and not has_one:
        assignment.take_snapshot(employee, fresh, handed_over=True)
        assignment.assign(session, employee, fresh)
        return True
    employee.number = employee.number or extension.number
    return fresh.employee_ref == ref


def _locked_out(extension: Extension, until: datetime | None = None) -> Result:
    words = f"extension {extension.number} is"
    kept = f", and kept until {until.astimezone().date()}" if until else ""
    return Result(f"{words} locked out{kept}", f"{words} to be locked out", extension.id, locks=True)


def _no_extension(context: OnboardingContext, employee: Employee) -> Result:
    if employee.number:
        _report_recreated(context, employee)
        return mark_released(context, employee)
    return Result("noted; had no phone")


def _report_recreated(context: OnboardingContext, employee: Employee) -> None:
    """Notify the admins that somebody has made the number anew: perhaps for the same person."""
    number = employee.number or ""
    found = numbers.find(context.services, number)
    if found and found.employee_ref is None:
        with context.services.database.session() as session:
            content = RecreatedByHand(extension=found.id or 0, name=employee.name, number=number)
            notify_admins(session, context, f"made-anew:{employee.id}", content)
