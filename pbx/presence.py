"""Which phones came and went, and which are there: what the rows say of many extensions at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import func, insert
from sqlmodel import Session, col, delete, select

from models.event import Event, EventKind, not_before
from models.phone import Phone
from pbx.facts import Fact, PhoneFact, PhoneMoved, PhoneRegistered, PhoneUnregistered

PORTION = 500
CORE_ONLY = {"synchronize_session": False}  # no loaded object is to be looked at


def update_phones(session: Session, facts: Iterable[Fact]) -> None:
    """Apply facts to the phone table; thousands of phones are a few statements."""
    about = [fact for fact in facts if isinstance(fact, PhoneFact)]
    numbers = {fact.number for fact in about}
    phones = phones_of(session, numbers)
    for phone in (phone for each in phones.values() for phone in each):
        session.expunge(phone)  # they are replaced below
    for fact in about:
        phones[fact.number] = _after(fact, phones.get(fact.number, []))
    for some in _portions(numbers):
        session.exec(delete(Phone).where(col(Phone.number).in_(some)), execution_options=CORE_ONLY)
    rows = [phone.model_dump() for each in phones.values() for phone in each]
    if rows:
        session.exec(insert(Phone), params=rows)


def _after(fact: PhoneFact, phones: list[Phone]) -> list[Phone]:
    """Return an extension's rows after a fact. A phone that went stays as the last seen, until another comes.

    Nothing stays of those that were locked out: who is let in next may be somebody else.
    """
    if isinstance(fact, PhoneUnregistered) and fact.reason == "locked out":
        return [phone for phone in phones if phone.since > datetime.fromtimestamp(fact.at, UTC)]
    gone = {(fact.address, fact.port)}
    if isinstance(fact, PhoneMoved):
        gone.add((fact.old_address, fact.old_port))
    is_here = not isinstance(fact, PhoneUnregistered)
    others = [
        phone
        for phone in phones
        if (phone.address, phone.port) not in gone and (phone.registered or not is_here)
    ]
    return [*others, _phone(fact, is_here)]


def _phone(fact: PhoneFact, is_here: bool) -> Phone:
    return Phone(
        number=fact.number,
        address=fact.address,
        port=fact.port,
        registered=is_here,
        since=datetime.fromtimestamp(fact.at, UTC),
        user_agent=fact.user_agent if isinstance(fact, PhoneRegistered | PhoneMoved) else "",
        round_trip_ms=fact.round_trip_ms if isinstance(fact, PhoneRegistered) else None,
    )


class RegistrationChange(NamedTuple):
    """A phone of an extension came or went."""

    id: int
    at: datetime
    kind: EventKind


def registrations_of(
    session: Session, numbers: Collection[str], since: datetime
) -> dict[str, list[RegistrationChange]]:
    """Return when the extensions' phones came and went since then, the oldest first."""
    found: dict[str, list[RegistrationChange]] = {}
    columns = col(Event.number), col(Event.id), col(Event.at), col(Event.kind)
    what = col(Event.kind).in_((EventKind.REGISTERED, EventKind.UNREGISTERED)), *not_before(since)
    for some in _portions(numbers):
        query = select(*columns).where(col(Event.number).in_(some), *what).order_by(col(Event.id))
        for number, event_id, at, kind in session.exec(query):
            found.setdefault(number, []).append(RegistrationChange(event_id or 0, at, kind))
    return found


def phones_of(session: Session, numbers: Collection[str]) -> dict[str, list[Phone]]:
    """Return the extensions' phones, those that went last among them."""
    found: dict[str, list[Phone]] = {}
    for some in _portions(numbers):
        for phone in session.exec(select(Phone).where(col(Phone.number).in_(some))):
            found.setdefault(phone.number, []).append(phone)
    return found


def _portions(numbers: Collection[str]) -> Iterator[list[str]]:
    """Divide numbers into as many as every database takes in one query."""
    ordered = sorted(numbers)
    return (ordered[at : at + PORTION] for at in range(0, len(ordered), PORTION))


def turned_away(session: Session, number: str, since: datetime) -> datetime | None:
    """Return when phones of the extension were locked out last, by a new secret or by disabling it, if not before `since`."""
    this = (
        col(Event.number) == number,
        col(Event.kind) == EventKind.UNREGISTERED,
        Event.reason == "locked out",
    )
    query = select(Event.at).where(*this, *not_before(since)).order_by(col(Event.id).desc())
    return session.exec(query.limit(1)).first()


def last_turned_away(session: Session, numbers: Collection[str]) -> dict[str, datetime]:
    """Return when phones of each were locked out last, also if the number was another extension's then."""
    found: dict[str, datetime] = {}
    this = col(Event.kind) == EventKind.UNREGISTERED, Event.reason == "locked out"
    for some in _portions(numbers):
        query = select(Event.number, func.max(col(Event.at))).where(col(Event.number).in_(some), *this)
        found |= dict(session.exec(query.group_by(col(Event.number))).all())
    return found


def last_phone(session: Session, number: str, since: datetime | None = None) -> Phone | None:
    """Return the phone that came or went last, if not before `since`."""
    query = select(Phone).where(Phone.number == number).order_by(col(Phone.since).desc())
    return session.exec(query if since is None else query.where(col(Phone.since) >= since)).first()
