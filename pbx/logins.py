"""Failed logins as rows: one for an address and minute, with a count, however many attempts there are.

Who attacks from thousands of addresses gets one row a minute for most of them. A row that grows is replaced by one with
a new id, so that readers of new events read it again.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.event import Event, EventKind
from pbx.facts import LoginFailed
from pbx.login_counts import MAX_ADDRESSES, counted, minute_of, tally_key


def store(session: Session, facts: Sequence[LoginFailed]) -> None:
    """Count failed logins into rows; a few are written, however many facts there are."""
    minutes = {minute_of(fact.at) for fact in facts}
    before = _latest(session, minutes) if facts else []
    known = {tally_key(row): row for row in before}
    for key, row in counted(facts, before).items():
        if key in known:
            session.delete(known[key])
        session.add(row)


def _latest(session: Session, minutes: set[int]) -> list[Event]:
    """Return the rows of these minutes, which are among the last."""
    logins = select(Event).where(Event.kind == EventKind.LOGIN_FAILED).order_by(col(Event.id).desc())
    rows = session.exec(logins.limit((MAX_ADDRESSES + 1) * (len(minutes) + 1)))
    return [row for row in rows if minute_of(row.at.timestamp()) in minutes]
