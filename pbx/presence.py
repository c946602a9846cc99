"""Which phones came and went, and which are there: what the rows say of many extensions at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.event import Event, Kind
from models.phone import Phone
from pbx.history import not_before

PORTION = 500


class Change(NamedTuple):
    """A phone of an extension came or went."""

    id: int
    at: datetime
    kind: Kind


def registrations_of(session: Session, numbers: Collection[str], since: datetime) -> dict[str, list[Change]]:
    """The extensions' phones coming and going since then; the oldest first."""
    found: dict[str, list[Change]] = {}
    columns = col(Event.number), col(Event.id), col(Event.at), col(Event.kind)
    what = col(Event.kind).in_((Kind.REGISTERED, Kind.UNREGISTERED)), *not_before(since)
    for some in _portions(numbers):
        query = select(*columns).where(col(Event.number).in_(some), *what).order_by(col(Event.id))
        for number, event_id, at, kind in session.exec(query):
            found.setdefault(number, []).append(Change(event_id or 0, at, kind))
    return found


def phones_of(session: Session, numbers: Collection[str]) -> dict[str, list[Phone]]:
    """The extensions' phones, those that went last among them."""
    found: dict[str, list[Phone]] = {}
    for some in _portions(numbers):
        for phone in session.exec(select(Phone).where(col(Phone.number).in_(some))):
            found.setdefault(phone.number, []).append(phone)
    return found


def _portions(numbers: Collection[str]) -> Iterator[list[str]]:
    """As many at once as every database takes in one question."""
    ordered = sorted(numbers)
    return (ordered[at : at + PORTION] for at in range(0, len(ordered), PORTION))


def last_phone(session: Session, number: str) -> Phone | None:
    """The phone that came or went last."""
    query = select(Phone).where(Phone.number == number).order_by(col(Phone.since).desc())
    return session.exec(query).first()
