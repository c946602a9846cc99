"""Employees become extensions: joined and changed; in whatever order HR systems tell it. Who leaves is in leaving.py.

Every step is a committed row, so that a crash leaves work for the next run: extensions go live with the shared
publish(), people are told through the outbox.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from handlers.hr.employee import EmployeeEvent
from handlers.hr.lookup import TemporaryError
from handlers.onboarding import adoption, assignment, candidates, choices, event_order
from handlers.onboarding.assignment import Doubtful, Person, extension_of, person_of
from handlers.onboarding.context import OnboardingContext, change_extension, save
from handlers.onboarding.results import Result
from models.actor import Actor
from models.employee import LEFT, Employee, Stage
from models.extension import Extension
from models.fields import Changes, NewExtension
from pbx import extensions
from pbx.errors import NotFound, Refusal


def joined(
    context: OnboardingContext, source: str, event: EmployeeEvent, employee: Employee | None
) -> Result:
    """Raises Refusal, Doubtful, TemporaryError, Overtaken."""
    if employee and event_order.is_overtaken(event, employee):
        return Result(f"left already; {event.name} gets no phone")
    if employee and employee.number and employee.stage not in LEFT:
        return changed(context, source, event, employee)
    person = person_of(employee, event)
    employee = employee or Employee(source=source, external_id=event.external_id, stage=Stage.RESERVED)
    # An extension made before is that of somebody who is back within the time that it is kept, or of an earlier run
    # that was killed before it noted the number.
    own = _own_extension(context, person, employee)
    found = None if own else _existing_extension(context, person, event)
    news = _differences(event, employee, own)
    _record(employee, event)
    employee.stage, employee.left_at, employee.next_try_at = _first_stage(employee), None, None
    if found:
        return adoption.adopt(context, employee, found, chosen=event.choice is not None)
    row = _give_back(context, employee, own, news) if own else _create(context, employee, event)
    employee.number = row.number
    assignment.remember_values(
        employee, extensions.get(context.system, row.number), adopted=_was_adopted(employee)
    )
    context.save(employee, secret_shown_at=None)
    later = "" if employee.stage is Stage.READY else f", from {employee.start_date}"
    words = f"extension {row.number}"
    return Result(f"{words}{later}", f"{words} is to be made{later}", row.id)


def _own_extension(context: OnboardingContext, person: Person, employee: Employee) -> Extension | None:
    own = extension_of(context.system, employee)
    if own is None or not assignment.reassigned(person, own):
        return own
    employee.extension_id = None
    if own.employee_ref == assignment.employee_ref(employee):
        with context.system.database.session() as session:
            assignment.release(session, employee, own, Actor.hr(employee.source))
    return None


def _existing_extension(context: OnboardingContext, person: Person, event: EmployeeEvent) -> Extension | None:
    """The extension that an admin has made for them. Raises Doubtful, TemporaryError, Refusal."""
    if event.choice == choices.NEW:
        return None
    if event.choice:
        (chosen,) = candidates.chosen(context, person, event.choice)
        return chosen
    found = assignment.match(context, person)
    if found is None and (namesakes := candidates.namesakes(context, person)):
        raise Doubtful("no extension has their e-mail address; by name, this may be theirs", namesakes)
    if found and event.wanted_number not in (None, found.number):
        raise Doubtful(
            f"HR names {event.wanted_number} for them, and {found.number} seems to be theirs already", [found]
        )
    if found and not found.enabled:
        raise Doubtful(f"{found.number} seems to be theirs, and is locked out", [found])
    return found


def _was_adopted(employee: Employee) -> bool:
    return bool(employee.extension_snapshot and employee.extension_snapshot["adopted"])


def _give_back(
    context: OnboardingContext, employee: Employee, own: Extension, news: dict[str, Any]
) -> Extension:
    """What an admin has set of it stays."""
    news |= {"email": employee.email} if employee.email and not own.email else {}
    change_extension(context, employee, own, Changes(**news | {"enabled": has_started(employee)}))
    return own


def _create(context: OnboardingContext, employee: Employee, event: EmployeeEvent) -> Extension:
    """Raises Refusal."""
    settings, chosen = context.system.settings, event.choice == choices.NEW
    numbers = settings.range_of(employee.department)
    if event.wanted_number and not chosen and event.wanted_number not in numbers:
        whose = f"the department {employee.department}" if employee.department else "all without a department"
        raise Refusal(
            f"HR names {event.wanted_number} for {employee.name}, and the numbers of {whose} are {numbers}"
        )
    values = _initial_values(employee).given() | (
        {"number": event.wanted_number} if event.wanted_number else {}
    )
    new, key, by = NewExtension(**values), assignment.employee_ref(employee), Actor.hr(employee.source)
    try:
        return extensions.save_new(context.system, new, numbers, key, by=by)[0]
    except Refusal:
        if not chosen or event.wanted_number or numbers == settings.extension_range:
            raise
    # The department has none left, and an admin wants the next free one all the same.
    return extensions.save_new(context.system, new, settings.extension_range, key, by=by)[0]


def _initial_values(employee: Employee) -> Changes:
    """For somebody new."""
    notes = _note(employee.department) if employee.department else ""
    enabled = has_started(employee)
    return Changes(name=employee.name, email=employee.email, notes=notes, enabled=enabled)


def _note(department: str) -> str:
    return f"Department: {department}"


def _first_stage(employee: Employee) -> Stage:
    return Stage.READY if has_started(employee) else Stage.RESERVED


def has_started(employee: Employee) -> bool:
    return employee.start_date is None or employee.start_date <= _today()


def _today() -> date:
    """By the server's calendar."""
    return datetime.now().astimezone().date()


def _record(employee: Employee, event: EmployeeEvent) -> None:
    """What the event says; what it does not mention stays."""
    if event.email and event.email != employee.email:
        employee.next_try_at = None  # perhaps Slack knows this one
    employee.name = event.name or employee.name
    employee.email = event.email or employee.email
    employee.department = event.department or employee.department
    employee.start_date = event.start_date or employee.start_date
    employee.occurred_at = event.occurred_at or employee.occurred_at
    if event.kind == "joined":
        employee.joined_at = event.occurred_at or employee.joined_at


def changed(
    context: OnboardingContext, source: str, event: EmployeeEvent, employee: Employee | None
) -> Result:
    """Raises Refusal, Overtaken."""
    if employee is None:
        return _changed_unknown(context, source, event)
    if (
        employee.stage in LEFT
        and event_order.is_return_notice(event, employee)
        and (event.name or employee.name)
    ):
        return joined(context, source, event.model_copy(update={"kind": "joined"}), employee)
    if employee.stage in LEFT or not employee.number:
        return Result("has no phone any more; nothing to change")
    extension, person = extension_of(context.system, employee), person_of(employee, event)
    if extension is None:
        return mark_released(context, employee)
    news = _differences(event, employee, extension)
    _record(employee, event)
    if why := assignment.reassigned(person, extension):
        context.save(employee)
        return Result(f"{why}; it stays as it is")
    news |= _reschedule(context, employee, extension)
    with suppress(NotFound):  # deleted this very moment
        change_extension(context, employee, extension, Changes(**news))
        employee.number = extension.number
        context.save(employee)
        _update_co_holders(context, employee, extension)
        words = f"extension {employee.number}"
        return Result(f"{words} follows", f"{words} is to follow", extension.id)
    return mark_released(context, employee)


def _update_co_holders(context: OnboardingContext, employee: Employee, before: Extension) -> None:
    """What one HR system has changed is no sign to the other that it was given away."""
    after = extensions.get(context.system, before.number)
    with context.system.database.session() as session:
        for each in assignment.co_holders(session, employee, before):
            if not assignment.reassigned(person_of(each), before):
                assignment.remember_values(each, after, adopted=True)


def _reschedule(context: OnboardingContext, employee: Employee, extension: Extension) -> dict[str, Any]:
    """Nobody is locked out who works with the phone already, or may: it was not HR who had it made."""
    stage = employee.stage if employee.stage is Stage.WELCOMED else _first_stage(employee)
    if stage is employee.stage:
        return {}
    employee.stage, employee.next_try_at = stage, None
    with context.system.database.session() as session:
        is_made = employee.extension_snapshot is not None and not _was_adopted(employee)
        stays = stage is Stage.RESERVED and (not is_made or assignment.is_in_use(session, extension))
    return {} if stays else {"enabled": has_started(employee)}


def _changed_unknown(context: OnboardingContext, source: str, event: EmployeeEvent) -> Result:
    """Of somebody who was there before HR was connected, it is noted which extension is surely theirs."""
    found = None
    with suppress(Doubtful, TemporaryError):
        found = assignment.match(context, person_of(None, event))
    if found is None or not event.name:
        return Result("not known yet; the joining will tell all")
    employee = Employee(source=source, external_id=event.external_id, stage=Stage.WELCOMED)
    _record(employee, event)
    assignment.remember_values(employee, found, adopted=True)
    with context.system.database.session() as session:
        assignment.assign(session, employee, found)
        save(session, employee)
    return Result(f"extension {found.number}, which was there before")


def _differences(event: EmployeeEvent, employee: Employee, extension: Extension | None) -> dict[str, Any]:
    """What HR says otherwise than before. The rest stays: an admin may have set it, for reasons of their own."""
    told = {name: getattr(event, name) for name in ("name", "email", "department")}
    news = {name: value for name, value in told.items() if value and value != getattr(employee, name)}
    department, noted = news.pop("department", None), extension.notes if extension else None
    is_hrs = not noted or noted == _note(employee.department)
    return news | ({"notes": _note(department)} if department and is_hrs else {})


def mark_released(context: OnboardingContext, employee: Employee) -> Result:
    employee.stage = Stage.RELEASED
    context.save(employee)
    return Result(f"extension {employee.number} was deleted by hand")


def update_extension(
    context: OnboardingContext, employee: Employee, changes: Changes, by: Actor | None = None
) -> bool:
    """False: there is no extension that is still theirs. Raises Refusal, Overtaken.

    `by`: not HR, but Switchhook itself.
    """
    extension = extension_of(context.system, employee)
    if extension is None or assignment.reassigned(person_of(employee), extension):
        return False
    with suppress(NotFound):  # deleted this very moment
        by = by or Actor.hr(employee.source)
        extensions.save_changes(context.system, extension.number, changes, by=by, seen=extension)
        employee.number = extension.number
        return True
    return False
