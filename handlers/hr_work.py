"""Works off what HR systems delivered: waiting deliveries in order, then one publish() for all of them."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta

from slack_sdk.errors import SlackClientError
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from handlers import hr_content, onboard
from handlers.hr.employee import EmployeeEvent
from handlers.onboard import Office
from models.hr_delivery import DeliveryState, HrDelivery
from models.types import now
from pbx.errors import Refusal
from pbx.publish import TROUBLE, publish
from pbx.system import PhoneSystem

log = logging.getLogger("switchhook.hr")

AT_ONCE = 100  # deliveries between two publishes
AGAIN = timedelta(seconds=30)


def work(office: Office) -> int:
    """The next deliveries; how many there were."""
    with office.system.database.session() as session:
        due = (col(HrDelivery.next_try_at).is_(None)) | (col(HrDelivery.next_try_at) <= now())
        waiting = select(HrDelivery).where(HrDelivery.state == DeliveryState.WAITING, due)
        rows = session.exec(waiting.order_by(col(HrDelivery.id)).limit(AT_ONCE)).all()
    for row in rows:
        _work_on(office, row)
    if rows:
        with suppress(*TROUBLE):  # saved with the rows that wait; tried again every minute
            publish(office.system)
    return len(rows)


def _work_on(office: Office, row: HrDelivery) -> None:
    try:
        events = [EmployeeEvent.model_validate(event) for event in row.events]
        outcome = "; ".join(onboard.apply(office, row.source, event) for event in events)
    except Refusal as refusal:
        _fail(office, row, str(refusal))
    except SQLAlchemyError as error:
        log.warning("an HR delivery has to wait", extra={"delivery": row.id, "reason": type(error).__name__})
        _save(office.system, row, attempts=row.attempts + 1, next_try_at=now() + AGAIN)
    else:
        _save(office.system, row, state=DeliveryState.DONE, reason=outcome, done_at=now())


def _fail(office: Office, row: HrDelivery, reason: str) -> None:
    """The admins are told once, with a button."""
    log.warning("an HR delivery failed", extra={"delivery": row.id, "reason": reason})
    with office.system.database.session() as session:
        _update(session, row, state=DeliveryState.FAILED, reason=reason)
        content = hr_content.failed(row.id or 0, row.source, reason)
        onboard.tell_admins(session, office, f"hr-failed:{row.id}", content)


def ask_for_details(office: Office) -> int:
    """Tells the admins of deliveries without a name; how many."""
    with office.system.database.session() as session:
        query = select(HrDelivery).where(
            HrDelivery.state == DeliveryState.NEEDS_DETAILS, col(HrDelivery.asked_at).is_(None)
        )
        rows = session.exec(query).all()
        for row in rows:
            content = hr_content.needs_details(
                row.id or 0, row.source, str(row.events[0].get("external_id", ""))
            )
            onboard.tell_admins(session, office, f"hr-details:{row.id}", content)
            _update(session, row, asked_at=now())
    return len(rows)


def tell(office: Office) -> int:
    """People whose phone works; Slack's stumbling is no reason to lose anybody."""
    try:
        return onboard.start_those_whose_day_has_come(office) + onboard.tell_those_who_are_ready(office)
    except (SlackClientError, OSError) as error:
        log.warning("Slack does not say who is who", extra={"reason": type(error).__name__})
        return 0


def retry(system: PhoneSystem, delivery_id: int) -> None:
    """A failed delivery is worked on again. Raises Refusal."""
    row = get(system, delivery_id)
    if row.state is not DeliveryState.FAILED:
        raise Refusal(f"HR delivery {delivery_id} is {row.state}; only a failed one can be tried again")
    _save(system, row, state=DeliveryState.WAITING, next_try_at=None)


def fill_in(system: PhoneSystem, delivery_id: int, details: dict[str, str]) -> None:
    """What HR did not say. Raises Refusal."""
    row = get(system, delivery_id)
    if row.state is not DeliveryState.NEEDS_DETAILS:
        raise Refusal(f"HR delivery {delivery_id} has been filled in already")
    given = {name: value for name, value in details.items() if value}
    _save(system, row, state=DeliveryState.WAITING, events=[event | given for event in row.events])


def get(system: PhoneSystem, delivery_id: int) -> HrDelivery:
    """Raises Refusal."""
    with system.database.session() as session:
        row = session.get(HrDelivery, delivery_id)
    if row is None:
        raise Refusal(f"there is no HR delivery {delivery_id}: see /ext hr")
    return row


def latest(system: PhoneSystem, limit: int) -> list[HrDelivery]:
    with system.database.session() as session:
        return list(session.exec(select(HrDelivery).order_by(col(HrDelivery.id).desc()).limit(limit)))


def _save(system: PhoneSystem, row: HrDelivery, **values: object) -> None:
    with system.database.session() as session:
        _update(session, row, **values)


def _update(session: Session, row: HrDelivery, **values: object) -> None:
    row.sqlmodel_update(values)
    session.merge(row)
