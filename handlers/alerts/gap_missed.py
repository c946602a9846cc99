"""Calls that were missed while nobody listened: one direct message for whoever had the phones then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlmodel import Session

from handlers.alerts.call_messages import MissedCall
from handlers.alerts.calls import HELD_BACK, MISSED, VOICEMAIL
from handlers.alerts.gap_messages import MissedWhileAway
from handlers.number_history import NumberHistory
from models import direct_alerts_off, outbox
from models.event import Event, EventKind
from models.listening_gap import ListeningGap

# As HELD_BACK, of calls that one message tells of.
SOME_HELD_BACK = "missed-while-away-at-voicemail:"


def by_owner(session: Session, calls: Iterable[Sequence[Event]]) -> dict[str, list[MissedCall]]:
    """Return who is to be told of which calls, unless they want no such messages. `calls`: the events of each."""
    missed = [rows for rows in calls if rows[-1].kind is EventKind.ENDED and rows[-1].reason in MISSED]
    found: dict[str, list[MissedCall]] = {}
    if missed:
        then = NumberHistory(session, min(rows[0].at for rows in missed))
        for rows in missed:
            end, began = rows[-1], rows[0].at
            had = then.at(end.peer, began)
            call = MissedCall.of(end, had.name if had else next((row.peer_name for row in rows), ""))
            for user_id in then.owners_at({row.number for row in rows}, began):
                found.setdefault(user_id, []).append(call)
    return {user_id: found[user_id] for user_id in direct_alerts_off.recipients(session, list(found))}


def enqueue(session: Session, gap: ListeningGap, user_id: str, calls: Sequence[MissedCall]) -> None:
    """Tell somebody of the calls they missed; if some went to voicemail, once it shows which recordings tell of."""
    since, until = gap.since.timestamp(), gap.until.timestamp()
    if not any(each.disposition == VOICEMAIL for each in calls):
        told = MissedWhileAway.of(since, until, calls)
        outbox.enqueue(session, user_id, f"missed:gap:{gap.id}", told.as_json(), open=False)
    elif len(calls) == 1:
        outbox.enqueue(session, user_id, f"{HELD_BACK}gap:{gap.id}", calls[0].as_json(), due=False)
    else:
        every = MissedWhileAway(since=since, until=until, calls=tuple(calls), count=len(calls))
        outbox.enqueue(session, user_id, f"{SOME_HELD_BACK}{gap.id}", every.as_json(), due=False)
