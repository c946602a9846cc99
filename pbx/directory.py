"""Extensions as they are looked up: rows, with what Asterisk has of their phones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from models import status_connection
from models.employee import Employee, Stage
from models.extension import BY_NUMBER, Extension
from pbx import contacts, hints, history, presence
from pbx.ami import connected
from pbx.ami_client import REPLY_SECONDS
from pbx.answers import Status
from pbx.errors import AsteriskUnavailable
from pbx.extensions import get
from pbx.services import Services


def status(services: Services, number: str) -> Status:
    """Ask Asterisk for its phones; leave out what an earlier extension of this number did. Raises NotFound."""
    return status_of(services, get(services, number))


def status_of(services: Services, row: Extension, timeout: float = REPLY_SECONDS) -> Status:
    """Do as status() for a row. `timeout`: seconds that Asterisk may be silent."""
    number = row.number
    midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    with services.database.session() as session:
        phone = presence.last_phone(session, number, row.created_at)
        calls = {event.linkedid: event for event in history.open_calls(session, number)}
        today = history.day_of(session, number, max(midnight, row.created_at))
        connection = status_connection.find(session, row.slack_user_id or "")
        known = Status(
            row,
            phone=phone,
            turned_away=None if phone else presence.turned_away(session, number, row.created_at),
            calls=list(calls.values()),
            today=today,
            status_since=connection.connected_at if connection else None,
            starts=_starts(session, row, midnight.date()),
            names=_names(session, {other for call in calls.values() for other in (call.number, call.peer)}),
        )
    if not row.has_phones:
        return known
    try:
        with connected(services.settings, timeout=timeout) as asterisk:
            phones = contacts.ask(asterisk, number)
            return replace(known, contacts=phones, hint=hints.ask(asterisk, row))
    except AsteriskUnavailable as error:
        return replace(known, error=str(error))


def _starts(session: Session, row: Extension, today: date) -> date | None:
    """Return the day that a reserved extension waits for; None: it waits for none."""
    if row.enabled:
        return None
    query = select(col(Employee.start_date)).where(
        Employee.number == row.number, Employee.stage == Stage.RESERVED, col(Employee.start_date) > today
    )
    return session.exec(query.order_by(col(Employee.start_date))).first()


def _names(session: Session, numbers: set[str]) -> dict[str, str]:
    query = select(Extension.number, Extension.name).where(col(Extension.number).in_(numbers))
    return dict(session.exec(query).all())


def listing(services: Services, text: str = "") -> list[Status]:
    """Return the extensions whose number, name, e-mail or notes have the text, in order of number."""
    with services.database.session() as session:
        found = session.exec(select(Extension).order_by(*BY_NUMBER))
        rows = [row for row in found if mentions(row, text.casefold())]
    try:
        found_contacts = contacts.all_contacts(services.settings)
    except AsteriskUnavailable as error:
        return [Status(row, error=str(error)) for row in rows]
    return [Status(row, found_contacts.get(row.number, []) if row.has_phones else []) for row in rows]


def mentions(row: Extension, folded: str) -> bool:
    """Return whether it has the text. Compared here, as SQLite folds the case of English letters only."""
    fields = (row.number, row.name, row.email, row.notes)
    return any(folded in field.casefold() for field in fields if field)
