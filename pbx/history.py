"""Facts become rows, once; and what the rows say of the past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, event, func, insert, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, select

from models import pruning
from models.bookmark import Bookmark
from models.database import Database
from models.event import Event, EventKind, not_before
from models.extension import Extension
from models.phone import Phone
from models.types import now
from pbx import instruments, logins, presence
from pbx.answers import Day
from pbx.asked_calls import is_asked
from pbx.facts import KINDS, Fact, LoginFailed, OpenCall, PhoneRegistered

PRUNED = "pruned"  # the bookmark of what was deleted
# Where somebody asked for a call, their own phone rings first: that it did not answer is no call, and none was missed.
NOT_OWN_PHONE = col(Event.number) != col(Event.peer)
OPEN_CALLS_SINCE = timedelta(hours=24)
# What facts call differently from the columns that hold it, and what no column holds.
COLUMNS = {
    "callee": "number",
    "caller": "peer",
    "caller_name": "peer_name",
    "disposition": "reason",
}
UNSTORED = ("old_address", "old_port")
EMPTY_ROW = {
    name: column.default for name, column in Event.model_fields.items() if name not in ("id", "at", "kind")
}


def store(session: Session, facts: Iterable[Fact], backfilled: bool = False, gap: int | None = None) -> None:
    """Add a row for each fact, failed logins counted, and update the phone table.

    `backfilled`: found by a resync. `gap`: read from Asterisk's records, as calls of a time when nobody listened.
    """
    facts = list(facts)
    others = [fact for fact in facts if not isinstance(fact, LoginFailed)]
    if others:
        found = {"backfilled": backfilled, "gap": gap}
        unknown = (
            {"talked": None} if backfilled and gap is None else {}
        )  # nobody knows when such a call ended
        session.exec(insert(Event), params=[row_of(fact) | found | unknown for fact in others])
    logins.store(session, [fact for fact in facts if isinstance(fact, LoginFailed)])
    presence.update_phones(session, others)
    kinds = [KINDS[type(fact)] for fact in facts]
    event.listen(session, "after_commit", lambda _: instruments.count_stored(kinds), once=True)


def row_of(fact: Fact) -> dict[str, Any]:
    """Return every column of the fact's row: a dictionary, since thousands are inserted at once."""
    values = {COLUMNS.get(name, name): value for name, value in vars(fact).items() if name not in UNSTORED}
    return EMPTY_ROW | values | {"kind": KINDS[type(fact)], "at": datetime.fromtimestamp(fact.at, UTC)}


def registered_phones(session: Session) -> list[PhoneRegistered]:
    """Return the registered phones of extensions that exist, as they were last stored."""
    known = col(Phone.number).in_(select(Extension.number))
    rows = session.exec(select(Phone).where(col(Phone.registered), known))
    return [
        PhoneRegistered(
            at=min(row.since, now()).timestamp(),  # Asterisk's clock may be ahead of ours
            number=row.number,
            address=row.address,
            port=row.port,
            user_agent=row.user_agent,
            round_trip_ms=row.round_trip_ms,
        )
        for row in rows
    ]


def open_calls(session: Session, number: str | None = None) -> list[Event]:
    """Return ringing and answered rows of calls whose end is not stored, of one extension or all; the oldest first."""
    end = aliased(Event)
    ended = select(end.id).where(end.linkedid == Event.linkedid, end.kind == EventKind.ENDED).exists()
    begun = (
        col(Event.kind).in_((EventKind.RINGING, EventKind.ANSWERED)),
        *not_before(now() - OPEN_CALLS_SINCE),
    )
    query = select(Event).where(*begun, ~ended).order_by(col(Event.id))
    return list(session.exec(query if number is None else query.where(_of(number))))


def _of(number: str) -> ColumnElement[bool]:
    return or_(col(Event.number) == number, col(Event.peer) == number)


def calls_to_take_up(session: Session) -> list[OpenCall]:
    """Return the open calls, for a translator to adopt."""
    calls: dict[str, OpenCall] = {}
    for row in open_calls(session):
        is_own_phone = row.number == row.peer and is_asked(row.linkedid)
        linkedid, moment = row.linkedid or "", row.at.timestamp()
        known = calls.get(linkedid) or OpenCall(
            linkedid=linkedid,
            caller=row.peer,
            caller_name=row.peer_name,
            callee="" if is_own_phone else row.number,
            channel="" if is_own_phone else row.channel,
        )
        if is_own_phone:
            calls[linkedid] = known
            continue
        rang, answered = (moment, None) if row.kind is EventKind.RINGING else (None, moment)
        calls[linkedid] = replace(
            known, rang_at=known.rang_at or rang, answered_at=known.answered_at or answered
        )
        if answered:
            calls[linkedid] = replace(calls[linkedid], callee=row.number, channel=row.channel)
    return list(calls.values())


def recent(session: Session, limit: int, kind: EventKind | None = None) -> list[Event]:
    """Return the latest events, of one kind or all, newest first."""
    latest = select(Event).order_by(col(Event.id).desc()).limit(limit)
    return list(session.exec(latest.where(Event.kind == kind) if kind else latest))


def latest_id(session: Session) -> int:
    """Return the id of the latest event, be it kept or not any more; 0: there was none."""
    latest = recent(session, limit=1)
    return max(latest[0].id or 0 if latest else 0, pruned_up_to(session))


def of_call(session: Session, linkedid: str | None, kind: EventKind) -> list[Event]:
    this = Event.linkedid == linkedid, Event.kind == kind
    return list(session.exec(select(Event).where(*this).order_by(col(Event.id))))


def after(session: Session, event_id: int, limit: int = 500) -> list[Event]:
    """Return the events after that one, oldest first."""
    query = select(Event).where(col(Event.id) > event_id).order_by(col(Event.id)).limit(limit)
    return list(session.exec(query))


def latest_calls(session: Session, number: str, since: datetime, limit: int) -> list[Event]:
    """Return the last calls of an extension that ended since then, as caller or called, the newest first.

    Each way is a query of its own, which its index answers. Without the coalesce(), databases would rather walk all calls.
    """
    is_end = func.coalesce(col(Event.kind), "") == EventKind.ENDED
    found: dict[int | None, Event] = {}
    for column in (col(Event.number), col(Event.peer)):
        calls = select(Event).where(column == number, NOT_OWN_PHONE, is_end, col(Event.at) >= since)
        found |= {row.id: row for row in session.exec(calls.order_by(col(Event.id).desc()).limit(limit))}
    return sorted(found.values(), key=lambda row: row.id or 0, reverse=True)[:limit]


def day_of(session: Session, number: str, since: datetime) -> Day:
    """Count the calls that ended since then, as caller or called; missed ones as called."""
    missed = and_(col(Event.number) == number, col(Event.reason) != "answered")
    ended = Event.kind == EventKind.ENDED, _of(number), NOT_OWN_PHONE, *not_before(since)
    count = func.count(), func.count(case((missed, 1)))
    return Day(*session.exec(select(*count).select_from(Event).where(*ended)).one())


def prune(database: Database, keep: timedelta) -> None:
    """Delete older events, and the phones of deleted extensions; note first up to which event some are gone."""
    is_old = col(Event.at) < now() - keep
    with database.session() as session:
        session.exec(delete(Phone).where(col(Phone.number).not_in(select(Extension.number))))
        # Without the `+ 0`, databases would look for the greatest id by walking the rows from the newest on.
        last_id = session.exec(select(func.max(col(Event.id) + 0)).where(is_old)).one()
        if last_id and last_id > pruned_up_to(session):
            session.merge(Bookmark(name=PRUNED, event_id=last_id))
    pruning.prune(database, Event, is_old)


def pruned_up_to(session: Session) -> int:
    """Return the id of the last event that was deleted for its age; 0: none was."""
    bookmark = session.get(Bookmark, PRUNED)
    return bookmark.event_id if bookmark else 0
