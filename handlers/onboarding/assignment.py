"""Whose extension it is: made for an employee, or there before HR told of them. In doubt, an admin says.

Nobody's phone is to be locked out, or its password shown, for somebody else's sake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select, update

from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import slack_users
from handlers.onboarding.context import OnboardingContext
from handlers.onboarding.name_matching import is_same
from models import audit
from models.actor import Actor
from models.employee import LEFT, Employee
from models.extension import BY_NUMBER, Extension, State
from models.phone import Phone
from pbx.errors import Overtaken
from pbx.services import Services

# Local parts of addresses that several people read.
SHARED = (
    "accounting admin billing contact desk frontdesk hello help helpdesk hr info it jobs mail marketing office orders "
    "reception sales security service shop support switchboard team warehouse"
)

MADE_FOR = "made_for"  # what the audit trail shows people for `employee_ref`


class Doubtful(Exception):
    """Whose extension it is, HR's words leave open. The message says why; one of `candidates` may be it."""

    def __init__(self, reason: str, candidates: Sequence[Extension]) -> None:
        super().__init__(reason)
        self.candidates = tuple(candidates)


@dataclass(frozen=True)
class Person:
    """Somebody as HR tells of them, now and before. Addresses are in lower case; aliases are not guessed.

    `extension_snapshot`: what was set of their extension when it became theirs, whatever HR calls them.
    `slack_refuses`: Slack does not say who has their address, which may be somebody all the same.
    """

    names: tuple[str, ...]
    addresses: frozenset[str]
    slack_user_id: str | None = None
    extension_snapshot: Mapping[str, Any] = field(default_factory=dict)
    slack_refuses: bool = False


def person_of(employee: Employee | None, event: EmployeeEvent | None = None) -> Person:
    """Call it before the employee takes over what the event says."""
    told = [each for each in (employee, event) if each is not None]
    return Person(
        names=tuple(each.name for each in told if each.name),
        addresses=frozenset(each.email.lower() for each in told if each.email),
        slack_user_id=employee.slack_user_id if employee else None,
        extension_snapshot=(employee.extension_snapshot if employee else None) or {},
    )


def remember_values(employee: Employee, extension: Extension, *, adopted: bool) -> None:
    """Remember what is set of it as theirs. `adopted`: it was not made for them."""
    set_by_then = {name: getattr(extension, name) for name in ("name", "email", "slack_user_id")}
    employee.extension_snapshot = set_by_then | {"adopted": adopted}


def employee_ref(employee: Employee) -> str:
    return f"{employee.source}:{employee.external_id}"


def extension_of(system: Services, employee: Employee) -> Extension | None:
    """The one that was made for them, or that they share; the number may be somebody else's by now."""
    shared = col(Extension.id) == employee.extension_id
    own = col(Extension.employee_ref) == employee_ref(employee)
    with system.database.session() as session:
        found = session.exec(select(Extension).where(or_(own, shared))).all()
    return next(
        (each for each in found if each.employee_ref == employee_ref(employee)), next(iter(found), None)
    )


def reassigned(person: Person, extension: Extension) -> str | None:
    """Why an extension that was made for them may be another's by now; None: nothing speaks for it."""
    number, user = extension.number, extension.slack_user_id
    addresses = {*person.addresses, (person.extension_snapshot.get("email") or "").lower()} - {""}
    users = {person.slack_user_id, person.extension_snapshot.get("slack_user_id")} - {None}
    names = {*person.names, person.extension_snapshot.get("name") or ""} - {""}
    if extension.email and addresses and extension.email.lower() not in addresses:
        return f"{number} has the e-mail address {extension.email} by now"
    if user and users and user not in users:
        return f"{number} is set as another Slack user’s by now"
    if names and not any(is_same(name, extension.name) for name in names):
        return f"{number} is named {extension.name} by now"
    return None


def match(context: OnboardingContext, person: Person) -> Extension | None:
    """The extension that was there before and is surely theirs. Raises Doubtful, TemporaryError."""
    found = candidates(context, person)
    if not found:
        return None
    return require_certain(with_slack_user(context, person), found)


def require_certain(person: Person, found: Sequence[Extension]) -> Extension:
    """The one of them that is surely theirs. Raises Doubtful."""
    if len(found) > 1:
        raise Doubtful(f"{len(found)} extensions have their e-mail address or Slack user", found)
    if why := _mismatch(person, found[0]):
        raise Doubtful(why, found)
    return found[0]


def candidates(context: OnboardingContext, person: Person) -> list[Extension]:
    """All that have their address, or are set as their Slack user's; by number. Raises TemporaryError."""
    return with_known_identity(context, with_slack_user(context, person))


def with_known_identity(context: OnboardingContext, person: Person) -> list[Extension]:
    """The same, of what is known of them."""
    with context.system.database.session() as session:
        is_theirs = or_(
            col(Extension.id).in_(_ids_by_address(session, person.addresses)),
            col(Extension.slack_user_id) == (person.slack_user_id or ""),
        )
        query = select(Extension).where(is_theirs, col(Extension.state) != State.DELETING)
        return list(session.exec(query.order_by(*BY_NUMBER)))


def _ids_by_address(session: Session, addresses: frozenset[str]) -> list[int | None]:
    """The extensions' ids. Compared here: SQLite knows the small letters of English alone."""
    rows = session.exec(select(Extension.id, Extension.email).where(col(Extension.email).is_not(None)))
    return [row_id for row_id, email in rows if (email or "").lower() in addresses]


def with_slack_user(context: OnboardingContext, person: Person) -> Person:
    """With their Slack user, where some extension of nobody's could be found by it. Raises TemporaryError."""
    if person.slack_user_id or not person.addresses:
        return person
    unclaimed = col(Extension.employee_ref).is_(None), col(Extension.slack_user_id).is_not(None)
    with context.system.database.session() as session:
        if session.exec(select(Extension.id).where(*unclaimed).limit(1)).first() is None:
            return person
    answers = [slack_users.find_or_reason(context.client, each) for each in sorted(person.addresses)]
    user, why = (next(filter(None, each), None) for each in zip(*answers, strict=True))
    return replace(person, slack_user_id=user, slack_refuses=bool(why and not user))


def _mismatch(person: Person, extension: Extension) -> str | None:
    """Why an extension that was not made for them may not be theirs; None: it surely is."""
    number, address, user = extension.number, (extension.email or "").lower(), extension.slack_user_id
    if extension.employee_ref:
        return f"{number} was made for another employee, or for the same one as another HR system knows them"
    if address and address not in person.addresses:
        return f"{number} is set as their Slack user’s, but has the e-mail address {extension.email}"
    if is_shared(address):
        return f"{extension.email} looks like an address that several people share"
    if user and person.slack_user_id and user != person.slack_user_id:
        return f"{number} has their e-mail address, but is set as another Slack user’s"
    if person.names and not any(is_same(name, extension.name) for name in person.names):
        return f"{number} has their e-mail address or Slack user, but is named {extension.name}"
    return None


def is_shared(address: str) -> bool:
    """Whether several people read what is sent there."""
    return re.sub(r"[._-]", "", address.lower().partition("@")[0]) in SHARED.split()


def is_in_use(session: Session, extension: Extension) -> bool:
    """Whether a phone has ever registered there: then somebody has the password."""
    seen = col(Phone.number) == extension.number, col(Phone.since) >= extension.created_at
    return session.exec(select(Phone.number).where(*seen).limit(1)).first() is not None


def has_phone_since(session: Session, extension: Extension, since: datetime) -> bool:
    """Whether a phone is registered there that came after that."""
    seen = col(Phone.number) == extension.number, col(Phone.since) >= since, col(Phone.registered)
    return session.exec(select(Phone.number).where(*seen).limit(1)).first() is not None


def co_holders(session: Session, employee: Employee, extension: Extension) -> list[Employee]:
    """Who has it, too, and has not left: mostly the same person as another HR system knows them."""
    has_it = (_key() == (extension.employee_ref or "")) | (col(Employee.extension_id) == extension.id)
    others = has_it, _key() != employee_ref(employee), col(Employee.stage).not_in(LEFT)
    return list(session.exec(select(Employee).where(*others).order_by(col(Employee.id))))


def assign(session: Session, employee: Employee, extension: Extension) -> bool:
    """Note that it is theirs. Whether they share it with somebody of whom HR has not said that they left.

    Raises Overtaken when it has changed since it was read.
    """
    employee.number = extension.number
    if co_holders(session, employee, extension):
        employee.extension_id = extension.id
        return True
    _claim(session, extension, employee_ref(employee), Actor.hr(employee.source))
    return False


def transfer(session: Session, extension: Extension, employee: Employee, partner: Employee) -> None:
    """It is the partner's, whoever else shares it. Raises Overtaken when it has changed since it was read."""
    _claim(session, extension, employee_ref(partner), Actor.hr(employee.source))


def release(session: Session, employee: Employee, extension: Extension, by: Actor) -> None:
    """It is nobody's of HR's any more, nor this employee's in Slack. Raises Overtaken as assign()."""
    _claim(session, extension, None, by)
    if extension.slack_user_id and extension.slack_user_id == employee.slack_user_id:
        this = update(Extension).where(col(Extension.id) == extension.id)
        session.exec(this.values(slack_user_id=None))
        change = {"slack_user_id": [extension.slack_user_id, None]}
        audit.note(session, by, "changed", extension.number, change)


def _key() -> ColumnElement[str]:
    """employee_ref(), of a row."""
    return col(Employee.source) + ":" + col(Employee.external_id)


def _claim(session: Session, extension: Extension, key: str | None, by: Actor) -> None:
    as_read = (
        col(Extension.id) == extension.id,
        col(Extension.revision) == extension.revision,
        col(Extension.state) != State.DELETING,
        col(Extension.employee_ref).is_not_distinct_from(extension.employee_ref),
    )
    if not session.exec(update(Extension).where(*as_read).values(employee_ref=key)).rowcount:
        raise Overtaken(f"extension {extension.number} has just been changed by somebody else")
    if key != extension.employee_ref:
        audit.note(session, by, "changed", extension.number, {MADE_FOR: [extension.employee_ref, key]})
