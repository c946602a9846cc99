"""Phones of extensions that were disabled or deleted, or have a new secret: they go without a word of Asterisk's.

publish() notes the extension in the transaction that settles it; the listener alone stores facts, and takes the note.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session, col, select

from models.database import Database
from models.lock_out import LockOut
from pbx import presence
from pbx.facts import PhoneUnregistered


def any_noted(database: Database) -> bool:
    with database.session() as session:
        return session.exec(select(LockOut.id).limit(1)).first() is not None


def take(session: Session) -> tuple[list[LockOut], list[PhoneUnregistered]]:
    """Removes the notes: which there were, and the phones that were registered until then."""
    noted = list(session.exec(select(LockOut).order_by(col(LockOut.id))))
    facts = {(fact.number, fact.address, fact.port): fact for each in noted for fact in _gone(session, each)}
    for each in noted:
        session.delete(each)
    return noted, list(facts.values())


def _gone(session: Session, noted: LockOut) -> Iterator[PhoneUnregistered]:
    """One that registered later has the new secret."""
    at, number = noted.at.timestamp(), noted.number
    for phone in presence.phones_of(session, [number]).get(number, []):
        if phone.registered and phone.since <= noted.at:
            address, port = phone.address, phone.port
            yield PhoneUnregistered(at=at, number=number, address=address, port=port, reason="locked out")
