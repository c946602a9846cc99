"""Phones of extensions that were disabled or deleted, or have a new secret. Asterisk sends no event of their going.

publish() notes the extension in the transaction that records its result; the listener, which alone stores facts, consumes the
note.
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


def consume(session: Session) -> tuple[list[LockOut], list[PhoneUnregistered]]:
    """Delete all notes; return them, and as facts the phones that were registered until then."""
    noted = list(session.exec(select(LockOut).order_by(col(LockOut.id))))
    facts = {(fact.number, fact.address, fact.port): fact for each in noted for fact in _gone(session, each)}
    for each in noted:
        session.delete(each)
    return noted, list(facts.values())


def _gone(session: Session, noted: LockOut) -> Iterator[PhoneUnregistered]:
    """Yield the phones that registered before the note; later ones have the new secret."""
    at, number = noted.at.timestamp(), noted.number
    for phone in presence.phones_of(session, [number]).get(number, []):
        if phone.registered and phone.since <= noted.at:
            address, port = phone.address, phone.port
            yield PhoneUnregistered(at=at, number=number, address=address, port=port, reason="locked out")
