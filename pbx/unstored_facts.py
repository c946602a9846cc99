"""What a process stores that becomes the listener: of the facts that it kept, those that the rows do not have.

Two processes that hear the same do not always make the same facts of it: for one a phone has moved, for the other it went
and came. So a phone's fact counts only if the phone is otherwise than it makes it; and what happened to a call, once.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from models.event import CALLS, Event
from pbx import presence
from pbx.facts import CallFact, PhoneFact, PhoneMoved, PhoneUnregistered
from pbx.kept_facts import KeptFact, Key, key_of, key_of_row
from pbx.registrations import ContactKey

PORTION = 500  # of one query


def unstored(session: Session, kept: Iterable[KeptFact]) -> list[KeptFact]:
    """Return the facts that are still to be stored, in their order."""
    kept = list(kept)
    calls = _known_calls(session, {each.fact.linkedid for each in kept if isinstance(each.fact, CallFact)})
    phones = _registered(session, {each.fact.number for each in kept if isinstance(each.fact, PhoneFact)})
    return [each for each in kept if _is_news(each, calls, phones)]


def without_known_calls(session: Session, kept: Iterable[KeptFact]) -> list[KeptFact]:
    """Return the facts without those of calls that a resync has found and rows tell of.

    It compares calls with rows that are older by then: backfill.py may have stored meanwhile how a call really ended.
    """
    kept = list(kept)
    found = {each.fact.linkedid for each in kept if each.backfilled and isinstance(each.fact, CallFact)}
    known = _known_calls(session, found)
    return [each for each in kept if not (each.backfilled and key_of(each.fact) in known)]


def _is_news(each: KeptFact, calls: set[Key], phones: set[ContactKey]) -> bool:
    """Return whether a fact changes anything, and change it in what is known."""
    fact = each.fact
    if isinstance(fact, CallFact):
        is_known = key_of(fact) in calls
        calls.add(key_of(fact))
        return not is_known
    if not isinstance(fact, PhoneFact):
        return True
    key = ContactKey(fact.number, fact.address, fact.port)
    is_here = not isinstance(fact, PhoneUnregistered)
    if (key in phones) == is_here:
        return False
    if isinstance(fact, PhoneMoved):
        phones.discard(ContactKey(fact.number, fact.old_address, fact.old_port))
    if is_here:
        phones.add(key)
    else:
        phones.discard(key)
    return True


def _known_calls(session: Session, linkedids: set[str]) -> set[Key]:
    found: set[Key] = set()
    for some in _portions(linkedids):
        rows = session.exec(select(Event).where(col(Event.linkedid).in_(some), col(Event.kind).in_(CALLS)))
        found |= {key_of_row(row) for row in rows}
    return found


def _registered(session: Session, numbers: set[str]) -> set[ContactKey]:
    phones = (phone for theirs in presence.phones_of(session, numbers).values() for phone in theirs)
    return {ContactKey(each.number, each.address, each.port) for each in phones if each.registered}


def _portions(values: set[str]) -> Iterable[list[str]]:
    ordered = sorted(values)
    return (ordered[at : at + PORTION] for at in range(0, len(ordered), PORTION))
