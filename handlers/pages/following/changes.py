"""What has changed, as the numbers of extensions, for pages that show them: each fetches itself again, with its own rights.

Nothing is compared by time or by the order of ids, in which PostgreSQL need not show rows: as long as somebody looks, what
rows say is compared with what they said before. So it does not matter who changed them, and in which process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, case, col, func, select

from models import extension
from models.audit import AuditEntry
from models.event import Event
from models.extension import Extension
from models.hr_delivery import DeliveryState, HrDelivery
from models.incident import Incident
from models.voicemail_message import VoicemailMessage

EVERYTHING = frozenset({"*"})
MANY = 50  # numbers; of more, a page is told that everything has changed
MAX_EVENTS = 500  # read at once
LATEST = 100  # entries and deliveries that are looked at: an older one changes hardly ever

Number = str
Rows = dict[Number, tuple[object, ...]]


class Stamp(NamedTuple):
    """By which it is noticed that something has changed."""

    extensions: tuple[object, ...]
    last_event: int
    last_voicemail: int
    troubles: tuple[tuple[object, ...], ...]  # what is wrong for longer, such as that no listener runs
    others: tuple[object, ...]

    def __str__(self) -> str:
        """Return it in a few letters, for a page to bring along."""
        return hashlib.sha256(repr(tuple(self)).encode()).hexdigest()[:16]


def stamp(session: Session) -> Stamp:
    """Read how things stand, in a few short queries."""
    # Events and recordings appear in the order of their ids: the lease's holder alone stores them.
    last_event = session.exec(select(func.max(col(Event.id)))).one() or 0
    last_voicemail = session.exec(select(func.max(col(VoicemailMessage.id)))).one() or 0
    return Stamp(extension.stamp(session), last_event, last_voicemail, _troubles(session), _others(session))


def _troubles(session: Session) -> tuple[tuple[object, ...], ...]:
    known = select(Incident.subject, Incident.notified_at).where(col(Incident.resolved).is_(False))
    return tuple(map(tuple, session.exec(known.order_by(col(Incident.subject)))))


def _others(session: Session) -> tuple[object, ...]:
    """Count what else pages show: who did what, and what HR sent. Ids are added up, as a smaller one may appear later."""
    entries = select(AuditEntry.id).order_by(col(AuditEntry.id).desc()).limit(LATEST).subquery()
    deliveries = select(HrDelivery).order_by(col(HrDelivery.id).desc()).limit(LATEST).subquery()
    counts: list[ColumnElement[int]] = [
        func.sum(deliveries.c.id),
        func.sum(deliveries.c.attempts),
        *(func.count(case((deliveries.c.state == state, 1))) for state in DeliveryState),
    ]
    counted: list[tuple[object, ...]] = list(session.exec(select(*counts)))  # type: ignore[arg-type] # as many as there are
    return session.exec(select(func.sum(entries.c.id))).one(), *counted


def of_events(session: Session, known: Collection[Number], after: int) -> frozenset[Number]:
    """Return the extensions to which something happened. What strangers tried or dialled is nobody's number.

    `known`: the extensions. EVERYTHING: that is too much to read.
    """
    columns = select(Event.number, Event.peer, Event.accounts)
    found = session.exec(columns.where(col(Event.id) > after).limit(MAX_EVENTS)).all()
    if len(found) == MAX_EVENTS:
        return EVERYTHING
    named = (each for number, peer, accounts in found for each in (number, peer, *(accounts or ())))
    return frozenset(each for each in named if each in known)


def of_voicemail(session: Session, after: int) -> frozenset[Number]:
    """Return the extensions in whose mailboxes a recording was found."""
    recorded = select(VoicemailMessage.extension_id).where(col(VoicemailMessage.id) > after)
    return frozenset(session.exec(select(Extension.number).where(col(Extension.id).in_(recorded))))


def rows(session: Session) -> Rows:
    """Read what changes with each extension; of 5,000 in some hundredths of a second."""
    found = session.exec(select(Extension.number, Extension.id, Extension.version))
    return {number: (row_id, version) for number, row_id, version in found}


def between(before: Rows, after: Rows) -> frozenset[Number]:
    """Return the extensions that are new, gone or otherwise than before."""
    return frozenset(number for number, _ in before.items() ^ after.items())
