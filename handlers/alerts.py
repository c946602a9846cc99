"""Events become messages to send: which channel, a new message or an edit, or nothing at all.

Reads the event table behind a bookmark, in the same transaction that writes the outbox: no event is lost or told
twice, whenever the process ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from sqlmodel import Session

from handlers import alert_content, routes
from handlers.alert_content import Content
from models.alert_route import AlertRoute
from models.bookmark import Bookmark
from models.delivery import Delivery
from models.event import CALLS, REGISTRATIONS, Event, Kind
from models.types import now
from pbx import history, outbox
from pbx.lease import Holder
from pbx.listener import LEASE
from pbx.system import PhoneSystem

BOOKMARK = "alerts"
BATCH = 500  # events of one transaction
BURST_SILENCE = 30  # seconds; after it, a registration begins a new message
BURST_LONGEST = 600
FLAPPING_WITHIN = timedelta(minutes=10)
FLAPPING_CHANGES = 6  # three times away and back
SETTLED_AFTER = FLAPPING_WITHIN  # not sooner, or what was told already would count again
FLAPPING = "flapping:"
SECURITY_FROM = 3  # failed logins of one address; fewer are typing errors
SECURITY_SILENCE = 3600
MISSED = ("no answer", "busy", "unavailable", "cancelled")


@dataclass(frozen=True)
class Desk:
    """What one transaction works with."""

    session: Session
    routes: list[AlertRoute]
    default_channel: str

    def channel(self, topic: str, *numbers: str) -> str:
        """Of those numbers, in the order in which they count."""
        return routes.channel_for(self.routes, topic, numbers, self.default_channel)


def write_alerts(system: PhoneSystem, holder: Holder) -> int:
    """Turns the next events into messages; how many events there were. Raises LeaseLost."""
    with system.database.session() as session:
        if not history.after(session, _bookmark(session).event_id, limit=1):
            return 0  # without writing anything, many times a second
    with holder.writing(system.database, LEASE) as session:
        bookmark = _bookmark(session)
        events = history.after(session, bookmark.event_id, BATCH)
        desk = Desk(session, routes.all_routes(session), system.settings.alert_channel)
        for event in events:
            _tell(desk, event)
            bookmark.event_id = event.id or 0
        session.add(bookmark)
    return len(events)


def _bookmark(session: Session) -> Bookmark:
    return session.get(Bookmark, BOOKMARK) or Bookmark(name=BOOKMARK)


def _tell(desk: Desk, event: Event) -> None:
    if event.kind in CALLS:
        _tell_call(desk, event)
    elif event.kind in REGISTRATIONS:
        _tell_registration(desk, event)
    else:
        _tell_failed_login(desk, event)


def _tell_call(desk: Desk, event: Event) -> None:
    """One message in each channel that a phone of the call rings for; all of them hear how it goes on."""
    channel = desk.channel(routes.CALLS, event.number, event.peer)
    known = outbox.open_about(desk.session, subject := f"call:{event.linkedid}")
    here = [row for row in known if row.channel == channel]
    for row in here if event.kind is Kind.RINGING else known:
        outbox.edit(desk.session, row, alert_content.call(event, row.content))
    if channel and not here and (event.kind is Kind.RINGING or not known):
        known.append(outbox.put(desk.session, channel, subject, alert_content.call(event, None)))
    if event.kind is Kind.ENDED:
        for row in known:
            outbox.close(desk.session, row)
        if event.reason in MISSED:
            _tell_missed(desk, event)


def _tell_missed(desk: Desk, event: Event) -> None:
    """Everybody whose phone rang, or should have."""
    rang = history.of_call(desk.session, event.linkedid, Kind.RINGING)
    caller_name = next((row.peer_name for row in rang), "")
    for user_id in routes.slack_users(desk.session, {event.number, *(row.number for row in rang)}):
        content = alert_content.missed(event, caller_name)
        outbox.put(desk.session, user_id, f"missed:{event.linkedid}", content, open=False)


def _tell_registration(desk: Desk, event: Event) -> None:
    channel = desk.channel(routes.REGISTRATIONS, event.number)
    if not channel or _is_flapping(desk, channel, event):
        return
    subject = "registrations:down" if event.kind is Kind.UNREGISTERED else "registrations:up"
    before = _going_on(desk, channel, subject, event, BURST_SILENCE, BURST_LONGEST)
    has_another = history.is_registered(desk.session, event.number)
    content = alert_content.registrations(event, before.content if before else None, has_another)
    _write(desk, channel, subject, before, content)


def _is_flapping(desk: Desk, channel: str, event: Event) -> bool:
    """Told once; what the phone does then is only counted, until it settles."""
    before = _open(desk, channel, subject := FLAPPING + event.number)
    if before:
        content = before.content | {"changes": before.content["changes"] + 1}
        outbox.edit(desk.session, before, content, due=False)
        return True
    changes = _changes(desk.session, event)
    if changes >= FLAPPING_CHANGES:
        outbox.put(desk.session, channel, subject, alert_content.flapping(event.number, changes))
    return changes >= FLAPPING_CHANGES


def _changes(session: Session, event: Event) -> int:
    """How often the extension came or went lately, this time included; its phones together count once."""
    rows = history.registrations_before(session, event, event.at - FLAPPING_WITHIN)
    return len(list(groupby(row.kind for row in rows)))


def settle(system: PhoneSystem, holder: Holder) -> None:
    """Flapping phones that have been quiet for a while are told again. Raises LeaseLost."""
    with system.database.session() as session:
        quiet = [row.id for row in outbox.open_with_prefix(session, FLAPPING) if _is_quiet(row)]
    for row_id in quiet:
        with holder.writing(system.database, LEASE) as session:
            row = session.get(Delivery, row_id)
            if row and row.open and _is_quiet(row):
                _settle(session, row)


def _is_quiet(row: Delivery) -> bool:
    """By a clock that may have been set back."""
    return abs(now() - row.updated_at) > SETTLED_AFTER


def _settle(session: Session, row: Delivery) -> None:
    number = row.content["number"]
    phone = history.last_phone(session, number)
    content = alert_content.settled(number, row.content["changes"], bool(phone and phone.registered))
    outbox.close(session, row)
    outbox.put(session, row.channel, f"settled:{number}", content, open=False)


def _tell_failed_login(desk: Desk, event: Event) -> None:
    channel = desk.channel(routes.SECURITY, event.number)
    subject = f"security:{event.address}"
    before = _going_on(desk, channel, subject, event, SECURITY_SILENCE)
    content = alert_content.security(event, before.content if before else None)
    _write(desk, channel, subject, before, content, due=_is_round(content["count"]))


def _is_round(count: int) -> bool:
    """3, 5, 10, 20, 50, 100 …: an attack of thousands is a handful of edits."""
    return count >= SECURITY_FROM and (count == SECURITY_FROM or str(count).rstrip("0") in ("1", "2", "5"))


def _going_on(
    desk: Desk, channel: str, subject: str, event: Event, silence: float, longest: float = float("inf")
) -> Delivery | None:
    """The message of what goes on; closes one of what is over. By the events' own times, whenever they are told."""
    row = _open(desk, channel, subject)
    if row is None:
        return None
    since, until, at = row.content["since"], row.content["until"], event.at.timestamp()
    if abs(at - until) <= silence and abs(at - since) <= longest:
        return row
    outbox.close(desk.session, row)
    return None


def _open(desk: Desk, channel: str, subject: str) -> Delivery | None:
    rows = outbox.open_about(desk.session, subject)
    return next((row for row in rows if row.channel == channel), None)


def _write(
    desk: Desk, channel: str, subject: str, before: Delivery | None, content: Content, due: bool = True
) -> None:
    """A new message, or an edit of the one before; nothing where nobody wants to know."""
    if before:
        outbox.edit(desk.session, before, content, due=due)
    elif channel:
        outbox.put(desk.session, channel, subject, content, due=due)
