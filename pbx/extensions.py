"""The use cases. Each reads: validate → commit → publish → what came of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Update, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from models.event import Event
from models.extension import Extension, State
from models.fields import Changes, NewExtension, generate_secret
from models.phone import Phone
from models.types import now
from pbx import files, history, plan
from pbx.admin_dialplan import Answer
from pbx.contacts import Contact, all_contacts, contacts_of
from pbx.errors import AsteriskUnavailable, ConfigFileError, NotFound, NumberTaken, Refusal
from pbx.history import Day
from pbx.publish import TROUBLE, publish
from pbx.system import PhoneSystem
from settings import ExtensionRange

log = logging.getLogger("switchhook.extensions")


@dataclass(frozen=True)
class Outcome:
    """What came of a change: the row as it is now (None: gone), its secret if that is new, and what to know besides."""

    extension: Extension | None
    secret: SecretStr | None = None
    warnings: tuple[str, ...] = ()  # a sentence each: it is done, and may not be what was meant


@dataclass(frozen=True)
class Status:
    """An extension, its phones and its calls; `trouble` says why Asterisk could not be asked."""

    extension: Extension
    contacts: list[Contact] = field(default_factory=list)
    trouble: str | None = None
    phone: Phone | None = None  # that came or went last
    calls: list[Event] = field(default_factory=list)  # the latest of each call that goes on
    today: Day | None = None

    @property
    def registered(self) -> bool:
        return any(contact.reachable for contact in self.contacts)


def create(system: PhoneSystem, new: NewExtension) -> Outcome:
    """Raises Refusal when the number is taken, or none is free."""
    row, secret = save_new(system, new)
    return Outcome(_published(system, row.number), secret, _warnings(system, row))


def _warnings(system: PhoneSystem, row: Extension) -> tuple[str, ...]:
    numbers, undo = system.settings.extension_range, f"if that was a slip: /ext delete {row.number}"
    outside = f"{row.number} is outside EXTENSION_RANGE ({numbers}); {undo}"
    until_now = [
        f"until now {answer.exten} at {answer.place} answered {row.number}, and now this phone does; {undo}"
        for answer in _set_apart(system, row, numbers)
    ]
    return (*until_now, *([] if row.number in numbers else [outside]))


def save_new(
    system: PhoneSystem, new: NewExtension, numbers: ExtensionRange | None = None, made_for: str | None = None
) -> tuple[Extension, SecretStr]:
    """The first half of create: committed, for a publish() of many to make live.

    `numbers`: to choose from; `made_for`: the employee, who gets one only. Raises Refusal when the number is
    taken, or none is free.
    """
    secret = new.secret if "secret" in new.model_fields_set else generate_secret()
    values = new.given() | {
        "sealed_secret": system.box.seal(secret),
        "codecs": new.codecs,
        "made_for": made_for,
    }
    values.pop("secret", None)
    number = values.pop("number", None)
    numbers = numbers or system.settings.extension_range
    row = _insert(system, number, values, numbers) if number else _insert_next_free(system, values, numbers)
    log.info("created", extra={"number": row.number})
    return row, secret


def _insert(
    system: PhoneSystem, number: str, values: dict[str, Any], numbers: ExtensionRange, named: bool = True
) -> Extension:
    """`named`: somebody typed the number, and so may take one that a pattern of the dialplan answers today."""
    row = Extension(number=number, **values)
    _refuse_reserved(system, row, numbers, named and row.made_for is None)
    _object(system, row)
    try:
        with system.database.session() as session:
            session.add(row)
    except IntegrityError:
        raise NumberTaken(_taken(system, number)) from None
    return row


def _insert_next_free(system: PhoneSystem, values: dict[str, Any], numbers: ExtensionRange) -> Extension:
    tried: set[str] = set()
    while number := _next_free(system, numbers, tried):
        tried.add(number)
        try:
            return _insert(system, number, values, numbers, named=False)
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
    row = find(system, number)
    if row is None:
        return f"{number} has just been deleted; try again"
    if row.state is State.DELETING:
        return f"{number} is being deleted and free again as soon as Asterisk has let go of it"
    return f"{number} is taken by {row.name}: see /ext status {number}, or leave the number out and the next free one is taken"


def _object(system: PhoneSystem, row: Extension) -> None:
    """Refuses what cannot stand beside the administrator's lines. Unreadable files are publish()'s to report."""
    try:
        admin = files.read(system.settings).admin
    except ConfigFileError:
        return
    if taken := plan.written_by_hand(row, admin):
        raise NumberTaken(taken)
    if lacking := plan.lacking_transport(row, admin):
        raise Refusal(lacking)


def change(system: PhoneSystem, number: str, changes: Changes) -> Outcome:
    """Raises NotFound, Refusal."""
    secret = save_changes(system, number, changes)
    return Outcome(_published(system, number), secret)


def save_changes(system: PhoneSystem, number: str, changes: Changes) -> SecretStr | None:
    """The first half of change: committed; the new secret, if there is one. Raises NotFound, Refusal."""
    values = changes.given()
    secret: SecretStr | None = values.pop("secret", None)
    if secret is not None:
        values["sealed_secret"] = system.box.seal(secret)
    _save(system, number, values)
    log.info("changed", extra={"number": number, "fields": sorted(values)})
    return secret


def rotate_secret(system: PhoneSystem, number: str) -> Outcome:
    """A new SIP secret; the old one stops working. Raises NotFound."""
    return change(system, number, Changes(secret=generate_secret()))


def enable(system: PhoneSystem, number: str) -> Outcome:
    """Raises NotFound, Refusal."""
    return change(system, number, Changes(enabled=True))


def disable(system: PhoneSystem, number: str) -> Outcome:
    """Keeps number and settings, but no phone can use them. Raises NotFound."""
    return change(system, number, Changes(enabled=False))


def delete(system: PhoneSystem, number: str) -> Outcome:
    """Raises NotFound. The outcome holds the row while Asterisk has not let go of it."""
    _save(system, number, {"state": State.DELETING})
    log.info("deleted", extra={"number": number})
    return Outcome(_published(system, number))


def verify(system: PhoneSystem, number: str) -> Outcome:
    """Publishes it once more, even if refused before, and compares every value. Raises NotFound."""
    _save(system, number, {})
    return Outcome(_published(system, number))


def retry_failed(system: PhoneSystem) -> list[Extension]:
    """publish() with the refused ones tried again; the extensions that are still not live.

    Raises one of publish.TROUBLE.
    """
    with system.database.session() as session:
        session.exec(_reopening({}).where(col(Extension.state) == State.FAILED))
    publish(system)
    with system.database.session() as session:
        return list(session.exec(select(Extension).where(Extension.state != State.LIVE)))


def _save(system: PhoneSystem, number: str, values: dict[str, Any]) -> None:
    row = get(system, number)
    row.sqlmodel_update(values)  # a copy to look at; the database is changed below, by what it holds then
    _object(system, row)
    with system.database.session() as session:
        this = col(Extension.number) == number, col(Extension.state) != State.DELETING
        if not session.exec(_reopening(values).where(*this)).rowcount:
            raise Refusal(f"{number} is being deleted; nothing else can be done with it")


def _reopening(values: dict[str, Any]) -> Update:
    """A new revision, so that a verdict on the one before does not count for it."""
    return update(Extension).values(
        {"state": State.PENDING, "reason": None}
        | values
        | {"revision": col(Extension.revision) + 1, "updated_at": now()}
    )


def _published(system: PhoneSystem, number: str) -> Extension | None:
    """The row after publishing. Trouble is no error here: its words are in the row's reason."""
    try:
        publish(system, waiting_for=number)
    except TROUBLE:
        log.info("saved, not live yet", extra={"number": number})
    return find(system, number)


def find(system: PhoneSystem, number: str) -> Extension | None:
    with system.database.session() as session:
        return session.exec(select(Extension).where(Extension.number == number)).first()


def get(system: PhoneSystem, number: str) -> Extension:
    """Raises NotFound."""
    row = find(system, number)
    if row is None:
        raise NotFound(
            f"there is no extension {number}: see /ext list, or make it with /ext create {number} Name"
        )
    return row


def status(system: PhoneSystem, number: str) -> Status:
    """Raises NotFound."""
    row = get(system, number)
    with system.database.session() as session:
        phone = history.last_phone(session, number)
        calls = {event.linkedid: event for event in history.open_calls(session, number)}
        today = history.day_of(
            session, number, datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        )
    known = Status(row, phone=phone, calls=list(calls.values()), today=today)
    try:
        return replace(known, contacts=contacts_of(system.settings, number))
    except AsteriskUnavailable as trouble:
        return replace(known, trouble=str(trouble))


def listing(system: PhoneSystem, text: str = "") -> list[Status]:
    """Extensions whose number, name, e-mail or notes have the text, in order of number."""
    with system.database.session() as session:
        rows = [row for row in session.exec(select(Extension)) if _mentions(row, text.casefold())]
    rows.sort(key=lambda row: (len(row.number), row.number))
    try:
        contacts = all_contacts(system.settings)
    except AsteriskUnavailable as trouble:
        return [Status(row, trouble=str(trouble)) for row in rows]
    return [Status(row, contacts.get(row.number, [])) for row in rows]


def _mentions(row: Extension, folded: str) -> bool:
    """Compared here: SQLite folds the case of English letters only."""
    fields = (row.number, row.name, row.email, row.notes)
    return any(folded in field.casefold() for field in fields if field)
