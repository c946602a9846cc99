"""Calls of a time when nobody listened: from Asterisk's own records into the event table, once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session, col, select

from models import audit, listening_gap
from models.audit import AuditEntry
from models.event import Event, EventKind
from models.lease import LeaseHolder
from models.listening_gap import ListeningGap
from models.types import now
from pbx import asterisk_clock, heard_calls, history
from pbx.ami import connected
from pbx.calls import Call
from pbx.cdr import calls, grouping, sources
from pbx.cdr.errors import RecordsUnreadable
from pbx.cdr.grouping import RecordedCall
from pbx.cdr.record import UNIQUEID
from pbx.cdr.sources import Source
from pbx.facts import CallAnswered, CallEnded, CallFact, CallRinging
from pbx.managed_numbers import ManagedNumbers
from pbx.services import Services

log = logging.getLogger("switchhook.backfill")

DIFFER_SECONDS = 10.0  # by which records and what the listener noted of the same moment may differ
WAIT = timedelta(seconds=3)  # between two looks
WRITTEN_WITHIN = timedelta(seconds=3)  # after a gap's end, when Asterisk has written its records
TOLD_WITHIN = 2.0  # seconds after a call's end in which Asterisk has told the listener of it
SECOND = 1.0  # of which records give no parts
GIVE_UP = timedelta(minutes=1)  # of what may pass
CHUNK = 200  # calls of one transaction


def fill(services: Services, holder: LeaseHolder) -> bool:
    """Store the calls of the oldest gap, if it is time to look for them, and return whether there was anything to do.

    Raises AsteriskUnavailable, LeaseLost.
    """
    with services.database.session() as session:
        gap = listening_gap.unfilled(session)
    if gap is None or gap.until <= now() < gap.look_at:
        return False
    try:
        with connected(services.settings) as asterisk:
            source, ahead = sources.find(services.settings, asterisk), asterisk_clock.ahead(asterisk)
        _fill_from(services, holder, gap, source, ahead)
    except RecordsUnreadable as error:
        if error.may_pass and timedelta() < now() - gap.until < GIVE_UP:
            _look_again(holder, gap, now() + WAIT)
        else:
            log.warning("calls of a time when nobody listened are unknown", extra={"reason": str(error)})
            _finish(holder, gap, str(error))
    return True


def _fill_from(
    services: Services, holder: LeaseHolder, gap: ListeningGap, source: Source, ahead: float
) -> None:
    """Store what is recorded by now, and come back when everything is. Raises RecordsUnreadable.

    `ahead`: by how many seconds Asterisk's clock is ahead of ours now. Records have its times, and what is stored those of
    ours as it was at the gap's end: it may have been set since.
    """
    then = ahead if gap.ahead is None else gap.ahead
    moments = _followed_until(services, ahead - then)
    settled = gap.until + WRITTEN_WITHIN
    complete = settled + timedelta(seconds=source.late)
    if any(gap.until <= at < settled for at in moments):  # where none is, clocks were set since
        _look_again(holder, gap, settled)
        return
    found, lacking = _calls(gap, source, moments[-1].timestamp(), then)
    for start in range(0, len(found), CHUNK):
        _store(services, holder, gap, found[start : start + CHUNK])
    if any(gap.until <= at < complete for at in moments):
        _look_again(holder, gap, complete)
    else:
        _finish(holder, gap, source.problem or lacking or _gone(services, gap, source, then))


def _followed_until(services: Services, shift: float) -> list[datetime]:
    """Return until when all is stored that was heard: what the listener has still to store is not told of twice.

    By our clock of now, and by that of the gap's end, if one of the two clocks was set since. `shift`: seconds between these.
    """
    with services.database.session() as session:
        at = listening_gap.followed_until(session) or now()
    return [at] if abs(shift) < DIFFER_SECONDS else [at, at + timedelta(seconds=shift)]


def _gone(services: Services, gap: ListeningGap, source: Source, ahead: float) -> str:
    """Return that what was heard before the gap is not recorded any more, so that calls of it may not be, either; else ""."""
    with services.database.session() as session:
        heard = heard_calls.before(session, gap.since, source.late)
    if not heard:
        return ""
    since = min(row.at for row in heard).timestamp()
    with suppress(RecordsUnreadable):  # of the gap they could be read
        found, lacking = _recorded(source, since + ahead - DIFFER_SECONDS)
        if not lacking and (missing := heard_calls.missing(heard, found)):
            return (
                f"{source.name} does not have {missing} of before, so calls of that time may be gone, too: see that it is "
                "where Asterisk writes (CDR_FOLDER, CDR_DATABASE_URL), and that nothing empties or moves it but logrotate"
            )
    return ""


def _calls(gap: ListeningGap, source: Source, at: float, ahead: float) -> tuple[list[RecordedCall], str]:
    """Return the calls that ended in the gap, as recorded until now, and why there may be more. Raises RecordsUnreadable."""
    found, lacking = _recorded(source, gap.since.timestamp() + ahead - DIFFER_SECONDS)
    going_on = set(gap.going_on)
    by_our_clock = (each.moved(-ahead) for each in found if not _goes_on(each, going_on))
    return [each for each in by_our_clock if _is_in(gap, each, at)], lacking


def _recorded(source: Source, since: float) -> tuple[list[RecordedCall], str]:
    """Return the calls that ended after a moment, and why there may be more.

    Raises RecordsUnreadable, whatever goes wrong: later gaps wait for this one.
    """
    try:
        records, lacking = source.read(since)
        return grouping.calls(records), lacking
    except RecordsUnreadable:
        raise
    except Exception as error:
        log.exception("Asterisk's records of calls cannot be read")
        raise RecordsUnreadable(
            f"{source.name} cannot be read ({type(error).__name__}): the log of the listener says more"
        ) from error


def _goes_on(call: RecordedCall, going_on: set[str]) -> bool:
    """Return whether channels of a call are still up: by its ids, or without any by names, which come again after a restart."""
    if call.ids:
        return bool(call.ids & going_on)
    made = [int(known[1]) for known in map(UNIQUEID.fullmatch, going_on) if known]
    return bool(call.channels & going_on) and call.end >= min(made, default=0.0)


def _is_in(gap: ListeningGap, call: RecordedCall, at: float) -> bool:
    """Return whether a call began before the gap's end; or shortly after it, and the listener would have stored it by now."""
    until = gap.until.timestamp()
    is_stored = call.end < at - TOLD_WITHIN
    return call.start <= until - SECOND or (call.start <= until + DIFFER_SECONDS and is_stored)


def _look_again(holder: LeaseHolder, gap: ListeningGap, at: datetime) -> None:
    with holder.transaction() as session:
        session.get_one(ListeningGap, gap.id).look_at = at


def _store(services: Services, holder: LeaseHolder, gap: ListeningGap, found: Iterable[RecordedCall]) -> None:
    numbers = ManagedNumbers(services.database)
    with services.database.session() as session:
        deleted = audit.deleted_since(session, gap.since)

    def deletion(start: float, number: str) -> AuditEntry | None:
        entry = deleted.get(number)
        return entry if entry and start < entry.at.timestamp() else None

    def was_ours(start: float, number: str) -> bool:
        return numbers(number) or deletion(start, number) is not None

    def had_voicemail(start: float, number: str) -> bool:
        entry = deletion(start, number)
        return numbers.has_voicemail(number) or bool(entry and "voicemail_enabled" in entry.changes)

    told = [
        (each, calls.facts(each, partial(was_ours, each.start), partial(had_voicemail, each.start)))
        for each in found
    ]
    with holder.transaction() as session:
        for call, facts in told:
            history.store(session, _news(session, gap, call, facts), backfilled=True, gap=gap.id)


def _news(
    session: Session, gap: ListeningGap, call: RecordedCall, facts: Sequence[CallFact]
) -> list[CallFact]:
    """Return what is not stored yet; nothing of a call whose end is, or which the listener has heard of since the gap."""
    if not facts:
        return []
    rows = _rows(session, gap, call)
    if any(row.kind is EventKind.ENDED or (row.gap is None and _is_later(row, gap)) for row in rows):
        return []
    known = {(row.kind, row.number) for row in rows}
    kinds = {row.kind for row in rows}
    return [
        fact
        for fact in facts
        if isinstance(fact, CallEnded)
        or (isinstance(fact, CallRinging) and (EventKind.RINGING, fact.callee) not in known)
        or (isinstance(fact, CallAnswered) and EventKind.ANSWERED not in kinds)
    ]


def _is_later(row: Event, gap: ListeningGap) -> bool:
    return (row.id or 0) > gap.after_event and not row.backfilled


def _rows(session: Session, gap: ListeningGap, call: RecordedCall) -> Sequence[Event]:
    """Return what is stored of a call: by its ids, or where Asterisk writes none, by its channels and the time."""
    known = session.exec(select(Event).where(col(Event.linkedid).in_(call.names))).all()
    if known or call.ids:
        return known
    moments = (each for each in (call.start - DIFFER_SECONDS, call.end + DIFFER_SECONDS))
    since, until = (gap.until + timedelta(seconds=each - gap.until.timestamp()) for each in moments)
    then = col(Event.channel).in_(call.channels), col(Event.at) >= since, col(Event.at) <= until
    return session.exec(select(Event).where(*then)).all()


def _finish(holder: LeaseHolder, gap: ListeningGap, problem: str) -> None:
    """Note that the gap's calls are stored, or why they are unknown or there may be more.

    With it goes the end of those of which no record tells.
    """
    with holder.transaction() as session:
        row = session.get_one(ListeningGap, gap.id)
        history.store(session, _unrecorded(session, row), backfilled=True)
        row.filled_at, row.problem = now(), problem


def _unrecorded(session: Session, gap: ListeningGap) -> Iterator[CallFact]:
    """Return the end of calls that were going on before the gap, and of which nobody knows more than that they have ended."""
    unfinished = set(gap.unfinished)
    for known in history.calls_to_take_up(session):
        if known.linkedid in unfinished:
            yield from Call.restored(known).end(gap.until.timestamp())
