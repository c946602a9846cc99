"""Who leaves is locked out, also of an extension that was there before HR; nobody else ever is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import keeping, messages, ownership
from handlers.onboarding.employees import gone
from handlers.onboarding.first_day import kept_until
from handlers.onboarding.office import Office, tell_admins
from handlers.onboarding.ownership import Doubtful, Person, extension_of, person_of
from handlers.onboarding.results import Result
from models.actor import Actor
from models.employee import Employee, Stage
from models.extension import BY_NUMBER, Extension, State
from models.fields import Changes
from models.types import now
from pbx import extensions

LATE = timedelta(days=1)  # after somebody left; a number that is locked out then is kept from then on


def left(office: Office, source: str, event: EmployeeEvent, employee: Employee | None) -> list[Result]:
    """Also of somebody unknown: the news of the joining may come later. Raises Refusal, Doubtful, NotNow, Overtaken."""
    # Of who left long ago, the address may be somebody else's by now.
    person = person_of(employee if employee and employee.left_at is None else None, event)
    employee = employee or Employee(source=source, external_id=event.external_id, stage=Stage.LEFT)
    own = extension_of(office.system, employee)
    _note(office, event, employee)
    if event.choice:
        return [_lock_out(office, employee, each) for each in ownership.chosen(office.system, event.choice)]
    if own and not (away := ownership.given_away(person_of(employee, event), own)):
        why = keeping.reason(office, person_of(employee, event), employee, own)
        if why and own.enabled:
            raise Doubtful(why, [own])
        return [_lock_out(office, employee, own)]
    found = _others(office, person, own)
    if enabled := [each for each in found if each.enabled]:
        return [_lock_out(office, employee, ownership.sure(_in_slack(office, person), enabled))]
    if own and away and own.enabled:
        raise Doubtful(away, [own])
    if own and away:
        return [Result(f"{away}, and is locked out; it stays as it is")]
    if found:
        return [_locked_out(found[0])]
    return [_without_phone(office, person, employee)]


def _note(office: Office, event: EmployeeEvent, employee: Employee) -> None:
    heard_at = event.heard_at or now()
    employee.stage, employee.left_at = Stage.LEFT, employee.left_at or heard_at
    # A source that does not say when: it was before we heard of it, and after all that it has said till then.
    employee.occurred_at = max(filter(None, (event.occurred_at or heard_at, employee.occurred_at)))
    employee.name, employee.email = employee.name or event.name or "", employee.email or event.email or ""
    office.save(employee)


def _in_slack(office: Office, person: Person) -> Person:
    return ownership.person_in_slack(office, person)


def _others(office: Office, person: Person, own: Extension | None) -> list[Extension]:
    """All that may be theirs, but for the one that was made for them. Raises Doubtful, NotNow."""
    found = [each for each in ownership.candidates(office, person) if own is None or each.id != own.id]
    if not found and (namesakes := _namesakes(office, person)):
        raise Doubtful(
            "HR tells no e-mail address that an extension has; by name, this may be theirs", namesakes
        )
    return found


def _namesakes(office: Office, person: Person) -> list[Extension]:
    """Extensions of the same name of which it is not known whose they are."""
    names = {name.casefold() for name in person.names}
    return [each for each in _unclaimed(office) if each.name.casefold() in names] if names else []


def _unclaimed(office: Office) -> Sequence[Extension]:
    """Those that work, and have neither address nor owner."""
    nobodys = [col(each).is_(None) for each in (Extension.made_for, Extension.email, Extension.slack_user_id)]
    query = select(Extension).where(*nobodys, Extension.enabled, col(Extension.state) != State.DELETING)
    with office.system.database.session() as session:
        return session.exec(query.order_by(*BY_NUMBER)).all()


def _lock_out(office: Office, employee: Employee, extension: Extension) -> Result:
    by = Actor.hr(employee.source)
    if extension.enabled:
        extensions.save_changes(
            office.system, extension.number, Changes(enabled=False), by=by, seen=extension
        )
    is_late = employee.left_at is not None and now() - employee.left_at > LATE
    if is_late and (extension.enabled or kept_until(office, employee) < now()):
        employee.locked_at = now()
    with office.system.database.session() as session:
        kept = _keep(session, employee, extension)
    office.save(employee)
    return _locked_out(extension, kept_until(office, employee) if kept else None)


def _keep(session: Session, employee: Employee, extension: Extension) -> bool:
    """Whether its number is kept for them: it is, if it was made for nobody else, and no other one was for them."""
    key = ownership.made_for(employee)
    has_one = session.exec(select(Extension.id).where(col(Extension.made_for) == key)).first()
    fresh = session.get_one(Extension, extension.id)
    if fresh.made_for is None and not has_one:
        ownership.hold(employee, fresh, adopted=True)
        ownership.adopt(session, employee, fresh)
        return True
    employee.number = employee.number or extension.number
    return fresh.made_for == key


def _locked_out(extension: Extension, until: datetime | None = None) -> Result:
    words = f"extension {extension.number} is"
    kept = f", and kept until {until.astimezone().date()}" if until else ""
    return Result(f"{words} locked out{kept}", f"{words} to be locked out", extension.id, locks=True)


def _without_phone(office: Office, person: Person, employee: Employee) -> Result:
    if employee.number:
        _ask_whose_it_is(office, employee)
        return gone(office, employee)
    if not person.addresses and not person.names and _unclaimed(office):
        with office.system.database.session() as session:
            content = messages.left_unknown(employee.source, employee.external_id)
            tell_admins(session, office, f"left-unknown:{employee.id}", content)
    return Result("noted; had no phone")


def _ask_whose_it_is(office: Office, employee: Employee) -> None:
    """Whoever has the number now was not made for them; but an admin may have made it anew for the same person."""
    number = employee.number or ""
    if extensions.find(office.system, number):
        with office.system.database.session() as session:
            content = messages.made_anew(employee.name, number)
            tell_admins(session, office, f"made-anew:{employee.id}", content)
