"""The rows of HR deliveries: found, and moved from one state to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, func
from sqlmodel import Session, col, select, update

from handlers.onboarding.states import require_delivery_transition
from models import lease_step, pruning
from models.database import Database
from models.employee import Employee
from models.hr_delivery import DeliveryState, HrDelivery
from models.outbox import OutboxMessage
from models.types import now
from pbx.errors import Refusal
from pbx.services import Services

# HR systems repeat a delivery for up to six days; an equal body after that is a new delivery.
KEEP = timedelta(days=7)
FINISHED = (DeliveryState.DONE, DeliveryState.IGNORED)
UNFINISHED = tuple(state for state in DeliveryState if state not in FINISHED)
UNDECIDED = (DeliveryState.FAILED, DeliveryState.NEEDS_CHOICE)  # the admins are asked what is to become of it
QUESTION = "hr-delivery:"  # how the subject of what they are asked begins; the delivery's id follows

Part = dict[str, Any]  # columns of a delivery: the events that go on together, and how
ONCE_MORE: Part = {"state": DeliveryState.WAITING, "reason": None, "attempts": 0, "next_try_at": None}


def update_if_unchanged(session: Session, row: HrDelivery, **values: Any) -> bool:
    """Change a delivery; False when it has been changed since it was read. Raises IllegalTransition, LeaseLost."""
    lease_step.fence(session)
    require_delivery_transition(row.state, values.get("state", row.state))
    as_read = (col(HrDelivery.state) == row.state) & (
        col(HrDelivery.next_try_at).is_not_distinct_from(row.next_try_at)
    )
    this = update(HrDelivery).where(col(HrDelivery.id) == row.id, as_read)
    return bool(session.exec(this.values(**values)).rowcount)


def resume(session: Session, row: HrDelivery, event: dict[str, Any]) -> bool:
    """Have it processed with what its event says by now. Returns what update_if_unchanged() does."""
    return update_if_unchanged(session, row, **ONCE_MORE | {"reason": row.reason, "events": [event]})


def ignore(session: Session, row: HrDelivery, reason: str) -> bool:
    """End it: nothing is to be done. Returns what update_if_unchanged() does."""
    return update_if_unchanged(session, row, state=DeliveryState.IGNORED, reason=reason, done_at=now())


def split(session: Session, row: HrDelivery, parts: list[Part]) -> list[HrDelivery]:
    """Split a delivery: the first part goes on as the row itself, each other as a row of its own. Return all.

    Returns none of them if somebody else was faster. This happens to a delivery once: then it is about one person.
    """
    first, *others = parts
    if not update_if_unchanged(session, row, **first):
        return []
    rows = [session.get_one(HrDelivery, row.id, populate_existing=True)]
    for index, part in enumerate(others):
        key = hashlib.sha256(f"{row.key} {index}".encode()).hexdigest()
        rows.append(HrDelivery(source=row.source, key=key, received_at=row.received_at, **part))
    session.add_all(rows[1:])
    session.flush()
    return rows


def reschedule(session: Session, source: str, at: datetime) -> None:
    """Ask an HR system that is in trouble for nobody before then."""
    this = col(HrDelivery.state) == DeliveryState.NEEDS_DETAILS, col(HrDelivery.source) == source
    earlier = col(HrDelivery.next_try_at) < at
    session.exec(update(HrDelivery).where(*this, earlier).values(next_try_at=at))


def retry_now(session: Session, source: str) -> None:
    """Ask at once what the HR system was to be asked the next day: it answers again."""
    far = col(HrDelivery.next_try_at) > now() + timedelta(hours=1)
    this = col(HrDelivery.state) == DeliveryState.NEEDS_DETAILS, col(HrDelivery.source) == source, far
    session.exec(update(HrDelivery).where(*this).values(next_try_at=now()))


def in_need_of_details(session: Session, source: str | None = None) -> list[HrDelivery]:
    """Return those that wait for details, oldest first; each has one event."""
    query = select(HrDelivery).where(HrDelivery.state == DeliveryState.NEEDS_DETAILS)
    query = query.where(HrDelivery.source == source) if source else query
    return list(session.exec(query.order_by(col(HrDelivery.id))))


def unfinished(session: Session, source: str) -> list[HrDelivery]:
    """Return those that wait for somebody, be it the HR system or an admin."""
    waits = (*UNDECIDED, DeliveryState.NEEDS_DETAILS)
    query = select(HrDelivery).where(col(HrDelivery.state).in_(waits), col(HrDelivery.source) == source)
    return list(session.exec(query.order_by(col(HrDelivery.id))))


def known_people(session: Session, rows: Sequence[HrDelivery]) -> dict[tuple[str, str], Employee]:
    """Return the employees that deliveries tell of, by source and ID."""
    ids = {event["external_id"] for row in rows for event in row.events}
    found = session.exec(select(Employee).where(col(Employee.external_id).in_(ids))).all() if ids else ()
    return {(each.source, each.external_id): each for each in found}


def describe(row: HrDelivery) -> str:
    """Say how it stands: `done extension 100`."""
    return f"{row.state.replace('_', ' ')} {row.reason or ''}".rstrip()


def get(services: Services, delivery_id: int) -> HrDelivery:
    """Return a delivery. Raises Refusal."""
    with services.database.session() as session:
        row = session.get(HrDelivery, delivery_id)
    if row is None:
        raise Refusal(f"there is no HR delivery {delivery_id}: see /ext hr")
    return row


def latest(services: Services, limit: int) -> list[HrDelivery]:
    """Return the last deliveries; those that wait for somebody come first, however old."""
    order = col(HrDelivery.state).in_(FINISHED), col(HrDelivery.id).desc()
    with services.database.session() as session:
        return list(session.exec(select(HrDelivery).order_by(*order).limit(limit)))


def waiting(session: Session, limit: int) -> list[HrDelivery]:
    """Return those that are not finished, the latest first."""
    query = select(HrDelivery).where(col(HrDelivery.state).in_(UNFINISHED))
    return list(session.exec(query.order_by(col(HrDelivery.id).desc()).limit(limit)))


def finished(session: Session, before: int | None, limit: int) -> list[HrDelivery]:
    """Return those that are, the latest first. `before`: those with a lower id."""
    query = select(HrDelivery).where(col(HrDelivery.state).not_in(UNFINISHED))
    query = query.where(col(HrDelivery.id) < before) if before else query
    return list(session.exec(query.order_by(col(HrDelivery.id).desc()).limit(limit)))


def prune(database: Database) -> None:
    """Delete what was done or ignored a week ago; what waits, for somebody or for Asterisk, stays.

    A question about a delivery that is gone is closed.
    """
    ended = func.coalesce(col(HrDelivery.done_at), col(HrDelivery.received_at))
    finished = col(HrDelivery.state).in_(FINISHED), col(HrDelivery.pending_results).is_(None)
    pruning.prune(database, HrDelivery, *finished, ended < now() - KEEP)
    about = QUESTION + cast(col(HrDelivery.id), String)
    asked = col(OutboxMessage.open), col(OutboxMessage.subject).startswith(QUESTION)
    gone = ~select(HrDelivery.id).where(about == OutboxMessage.subject).exists()
    with database.session() as session:
        session.exec(update(OutboxMessage).where(*asked, gone).values(open=False))
