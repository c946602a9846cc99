"""Events become messages of the outbox, by the rule for their kind.

Reads the event table behind a bookmark, in the same transaction that writes the outbox: no event is lost or reported
twice, whenever the process ends.
"""

from __future__ import annotations

import logging

from sqlmodel import Session, col, select

from handlers.alerts import routing
from handlers.alerts.calls import Calls
from handlers.alerts.context import AlertContext, Rule
from handlers.alerts.logins import Logins
from handlers.alerts.phones import Phones
from models.bookmark import Bookmark
from models.event import Event, EventKind
from models.extension import Extension
from models.lease import LeaseHolder
from pbx import history
from pbx.services import Services

log = logging.getLogger("switchhook.alerts")

BOOKMARK = "alerts"
BATCH = 1000  # events of one transaction

RULES: dict[EventKind, type[Rule]] = {
    EventKind.RINGING: Calls,
    EventKind.ANSWERED: Calls,
    EventKind.ENDED: Calls,
    EventKind.REGISTERED: Phones,
    EventKind.UNREGISTERED: Phones,
    EventKind.MOVED: Phones,
    EventKind.LOGIN_FAILED: Logins,
}


def write_alerts(services: Services, holder: LeaseHolder) -> int:
    """Turn the next events into messages, and return how many events there were. Raises LeaseLost."""
    with services.database.session() as session:
        if not history.after(session, _bookmark(session).event_id, limit=1):
            return 0  # without writing anything, many times a second
    with holder.transaction() as session:
        bookmark = _bookmark(session)
        events = history.after(session, bookmark.event_id, BATCH)
        routes, names = routing.all_routes(session), names_of(session, events)
        context = AlertContext(session, routes, services.settings.alert_channel, names)
        _apply(events, {rule: rule(context, events) for rule in set(RULES.values())})
        if events:
            bookmark.event_id = events[-1].id or 0
            session.add(bookmark)
    return len(events)


def _apply(events: list[Event], rules: dict[type[Rule], Rule]) -> None:
    for event in events:
        if rule := RULES.get(event.kind):
            rules[rule].apply(event)
        else:  # another version stored it
            log.error("an event of an unknown kind is skipped", extra={"event": event.id, "kind": event.kind})
    for each in rules.values():
        each.finish()


def names_of(session: Session, events: list[Event]) -> dict[str, str]:
    """Return the names of the extensions among the events' parties as they are now: a message keeps them."""
    numbers = {number for event in events for number in (event.number, event.peer)}
    query = select(Extension.number, Extension.name).where(col(Extension.number).in_(numbers))
    return dict(session.exec(query).all())


def _bookmark(session: Session) -> Bookmark:
    return session.get(Bookmark, BOOKMARK) or Bookmark(name=BOOKMARK)
