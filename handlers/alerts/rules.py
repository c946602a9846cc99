"""Events become messages to send: which channel, a new message or an edit, or nothing at all.

Reads the event table behind a bookmark, in the same transaction that writes the outbox: no event is lost or told
twice, whenever the process ends.
"""

from __future__ import annotations

from sqlmodel import Session

from handlers.alerts import routing
from handlers.alerts.call_messages import Call, MissedCall
from handlers.alerts.context import AlertContext
from handlers.alerts.logins import Logins
from handlers.alerts.phones import Phones
from models import outbox
from models.bookmark import Bookmark
from models.event import CALLS, REGISTRATIONS, Event, Kind
from models.lease import Holder
from pbx import history
from pbx.listener import LEASE
from pbx.services import Services

BOOKMARK = "alerts"
BATCH = 1000  # events of one transaction
MISSED = ("no answer", "busy", "unavailable", "cancelled")


def write_alerts(system: Services, holder: Holder) -> int:
    """Turns the next events into messages; how many events there were. Raises LeaseLost."""
    with system.database.session() as session:
        if not history.after(session, _bookmark(session).event_id, limit=1):
            return 0  # without writing anything, many times a second
    with holder.writing(system.database, LEASE) as session:
        bookmark = _bookmark(session)
        events = history.after(session, bookmark.event_id, BATCH)
        desk = AlertContext(session, routing.all_routes(session), system.settings.alert_channel)
        phones, logins = Phones(desk, events), Logins(desk, events)
        for event in events:
            _tell(desk, phones, logins, event)
            bookmark.event_id = event.id or 0
        phones.finish()
        session.add(bookmark)
    return len(events)


def _bookmark(session: Session) -> Bookmark:
    return session.get(Bookmark, BOOKMARK) or Bookmark(name=BOOKMARK)


def _tell(desk: AlertContext, phones: Phones, logins: Logins, event: Event) -> None:
    if event.kind in CALLS:
        _tell_call(desk, event)
    elif event.kind in REGISTRATIONS:
        phones.tell(event)
    else:
        logins.tell(event)


def _tell_call(desk: AlertContext, event: Event) -> None:
    """One message in each channel that a phone of the call rings for; all of them hear how it goes on."""
    channel = desk.channel(routing.CALLS, event.number, event.peer)
    known = outbox.open_about(desk.session, subject := f"call:{event.linkedid}")
    here = [row for row in known if row.channel == channel]
    for row in here if event.kind is Kind.RINGING else known:
        outbox.edit(desk.session, row, Call.model_validate(row.content).after(event).as_json())
    if channel and not here and (event.kind is Kind.RINGING or not known):
        known.append(outbox.put(desk.session, channel, subject, Call.begin(event).as_json()))
    if event.kind is Kind.ENDED:
        for row in known:
            outbox.close(desk.session, row)
        if event.reason in MISSED:
            _tell_missed(desk, event)


def _tell_missed(desk: AlertContext, event: Event) -> None:
    """Everybody whose phone rang, or should have."""
    rang = history.of_call(desk.session, event.linkedid, Kind.RINGING)
    caller_name = next((row.peer_name for row in rang), "")
    for user_id in routing.slack_users(desk.session, {event.number, *(row.number for row in rang)}):
        content = MissedCall.of(event, caller_name).as_json()
        outbox.put(desk.session, user_id, f"missed:{event.linkedid}", content, open=False)
