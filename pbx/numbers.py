"""Which number a new extension gets, and why it may not have one."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from models.actor import Actor
from models.extension import Extension, State
from pbx import audit, elsewhere, files, plan, wishes
from pbx.admin_dialplan import Answer
from pbx.ami import connected
from pbx.errors import AsteriskUnavailable, ConfigFileError, NumberTaken, Refusal
from pbx.system import PhoneSystem
from settings import ExtensionRange

LOOK_SECONDS = 2.0  # how long a look before saving waits; publish() asks again


def warnings(system: PhoneSystem, row: Extension) -> tuple[str, ...]:
    numbers, undo = system.settings.extension_range, f"if that was a slip: /ext delete {row.number}"
    outside = f"{row.number} is outside EXTENSION_RANGE ({numbers}); {undo}"
    until_now = [
        f"until now {answer.exten} at {answer.place} answered {row.number}, and now this phone does; {undo}"
        for answer in _set_apart(system, row, numbers)
    ]
    return (*until_now, *([] if row.number in numbers else [outside]))


def insert(system: PhoneSystem, values: dict[str, Any], numbers: ExtensionRange, by: Actor) -> Extension:
    """Commits it, with its number or the next free one. Raises Refusal, NumberTaken."""
    number = values.pop("number", None)
    if number is None:
        return _insert_next_free(system, values, numbers, by)
    return _insert(system, number, values, numbers, by)


def _insert(
    system: PhoneSystem,
    number: str,
    values: dict[str, Any],
    numbers: ExtensionRange,
    by: Actor,
    named: bool = True,
) -> Extension:
    """`named`: somebody typed the number, and so may take one that a pattern of the dialplan answers today."""
    row = Extension(number=number, **values)
    _refuse_reserved(system, row, numbers, named and row.made_for is None)
    must_fit(system, row)
    _refuse_living(system, row)
    try:
        with system.database.session() as session:
            session.add(row)
            audit.note(session, by, "created", number, audit.made(row))
    except IntegrityError:
        raise NumberTaken(_taken(system, number)) from None
    return row


def _insert_next_free(
    system: PhoneSystem, values: dict[str, Any], numbers: ExtensionRange, by: Actor
) -> Extension:
    tried: set[str] = set()
    while number := _next_free(system, numbers, tried):
        tried.add(number)
        try:
            return _insert(system, number, values, numbers, by, named=False)
        except NumberTaken:
            continue  # written by hand, reserved, or somebody was faster: the next one
    raise Refusal(
        f"every number of {numbers} is taken, or reserved by EMERGENCY_NUMBERS or a pattern of your dialplan: name one "
        "outside the range, such as /ext create 2001 Alice, or have EXTENSION_RANGE widened"
    )


def _refuse_reserved(system: PhoneSystem, row: Extension, numbers: ExtensionRange, typed: bool) -> None:
    """Raise NumberTaken for emergency numbers, and unless somebody `typed` it, for what a pattern answers today."""
    if row.number in system.settings.emergency_numbers:
        raise NumberTaken(
            f"{row.number} is an emergency number, and an extension of that number would answer instead: take another, "
            "or, if it is none where your phones are, have it taken out of EMERGENCY_NUMBERS"
        )
    answers = [] if typed else _set_apart(system, row, numbers)
    if answers:
        raise NumberTaken(
            f"{row.number} is answered by {answers[0].exten} at {answers[0].place}: take another number"
        )


def _refuse_living(system: PhoneSystem, row: Extension) -> None:
    """Raise NumberTaken for a number that Asterisk has from elsewhere. Where it cannot be asked, publish() does later."""
    try:
        on_disk = files.read(system.settings)
        with connected(system.settings, timeout=LOOK_SECONDS) as asterisk:
            question = elsewhere.question([row], on_disk)
            found = elsewhere.ask(asterisk, question, on_disk.admin.sorcery)
    except (AsteriskUnavailable, ConfigFileError):
        return
    if objection := found.objection(row.number, row.context):
        raise NumberTaken(objection)


def _set_apart(system: PhoneSystem, row: Extension, numbers: ExtensionRange) -> list[Answer]:
    """Unreadable files are publish()'s to report."""
    try:
        return plan.set_apart(row, files.read(system.settings).admin, numbers)
    except ConfigFileError:
        return []


def _next_free(system: PhoneSystem, numbers: ExtensionRange, tried: set[str]) -> str | None:
    with system.database.session() as session:
        taken = set(session.exec(select(Extension.number)).all()) | tried
    return next((number for number in map(str, numbers.numbers()) if number not in taken), None)


def _taken(system: PhoneSystem, number: str) -> str:
    with system.database.session() as session:
        row = session.exec(select(Extension).where(Extension.number == number)).first()
    if row is None:
        return f"{number} has just been deleted; try again"
    if row.state is State.DELETING:
        return f"{number} is being deleted and free again as soon as Asterisk has let go of it"
    return f"{number} is taken by {row.name}: see /ext status {number}, or leave the number out and the next free one is taken"


def must_fit(system: PhoneSystem, row: Extension) -> None:
    """Refuses what cannot stand beside the administrator's lines. Unreadable files are publish()'s to report."""
    try:
        admin = files.read(system.settings).admin
    except ConfigFileError:
        return
    if taken := wishes.written_by_hand(row, admin):
        raise NumberTaken(taken)
    if lacking := wishes.lacking_transport(row, admin):
        raise Refusal(lacking)
