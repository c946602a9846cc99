"""Make facts of a phone system, store them as the listener does, and read the outbox."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select, update

from handlers import message_kinds
from handlers.alerts import rules
from handlers.alerts.call_messages import MissedCall
from models import outbox
from models.event import Event
from models.extension import Extension, State
from models.lease import LISTENER_LEASE, NOBODY, Lease, LeaseHolder
from models.outbox import OutboxMessage
from pbx import history
from pbx.facts import (
    CallAnswered,
    CallEnded,
    CallRinging,
    Disposition,
    Fact,
    LoginFailed,
    PhoneMoved,
    PhoneRegistered,
    PhoneUnregistered,
    Reason,
)
from pbx.services import Services
from tests.slack_stand_in.render import mrkdwn

NOON = 1_800_000_000.0  # epoch seconds
PHONES = "C0PHONES"


def at_time(seconds: float = NOON) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def registered(number: str, at: float = NOON, port: int = 5060, user_agent: str = "Snom") -> PhoneRegistered:
    return PhoneRegistered(
        at=at, number=number, address="192.0.2.7", port=port, user_agent=user_agent, round_trip_ms=12.5
    )


def unregistered(
    number: str, at: float = NOON, port: int = 5060, reason: Reason = "left"
) -> PhoneUnregistered:
    return PhoneUnregistered(at=at, number=number, address="192.0.2.7", port=port, reason=reason)


def moved(number: str, at: float = NOON, port: int = 5061, old_port: int = 5060) -> PhoneMoved:
    return PhoneMoved(
        at=at,
        number=number,
        address="192.0.2.7",
        port=port,
        user_agent="Snom",
        old_address="192.0.2.7",
        old_port=old_port,
    )


def ringing(
    call: str = "1.1", callee: str = "102", caller: str = "101", name: str = "", at: float = NOON
) -> CallRinging:
    channel = f"PJSIP/{callee}-00000001"
    return CallRinging(at=at, linkedid=call, caller=caller, caller_name=name, callee=callee, channel=channel)


def answered(
    call: str = "1.1", callee: str = "102", caller: str = "101", at: float = NOON + 2
) -> CallAnswered:
    channel = f"PJSIP/{callee}-00000001"
    return CallAnswered(at=at, linkedid=call, caller=caller, callee=callee, channel=channel, rang=2.0)


def ended(
    call: str = "1.1",
    callee: str = "102",
    caller: str = "101",
    at: float = NOON + 67,
    disposition: Disposition = "answered",
    cause_text: str = "Normal Clearing",
) -> CallEnded:
    return CallEnded(
        at=at,
        linkedid=call,
        caller=caller,
        callee=callee,
        channel=f"PJSIP/{callee}-00000001",
        disposition=disposition,
        cause=16,
        cause_text=cause_text,
        rang=2.0,
        talked=65.0 if disposition == "answered" else 0.0,
    )


def login_failed(address: str = "203.0.113.9", account: str = "101", at: float = NOON) -> LoginFailed:
    return LoginFailed(at=at, account=account, address=address, reason="wrong secret")


def event_of(fact: Fact, backfilled: bool = False) -> Event:
    """Return the row of a fact, as the listener would store it."""
    return Event(**history.row_of(fact) | {"backfilled": backfilled})


ONE_OF_EACH: list[Fact] = [
    registered("101"),
    ringing(name="Alice"),
    answered(),
    ended(),
    moved("101"),
    unregistered("101", reason="expired"),
    login_failed(),
]


def extension_row(state: State = State.LIVE, reason: str | None = None, **more: Any) -> Extension:
    values = {"number": "101", "name": "Alice", "encrypted_secret": "x", "codecs": ["ulaw", "alaw"]}
    return Extension(**values | {"state": state, "reason": reason} | more)


def insert_extension(services: Services, number: str, **values: Any) -> None:
    row = Extension(
        **{"number": number, "name": "Alice", "codecs": ["ulaw"], "encrypted_secret": "x"} | values
    )
    with services.database.session() as session:
        session.add(row)


def holder_of(services: Services) -> LeaseHolder:
    """Acquire the lease of the listener."""
    holder = LeaseHolder(services.database, LISTENER_LEASE)
    assert holder.acquire()
    return holder


def free_lease(services: Services) -> None:
    """Let the lease expire."""
    with services.database.session() as session:
        session.exec(update(Lease).values(holder=NOBODY))


def store(services: Services, *facts: Fact, backfilled: bool = False) -> None:
    with services.database.session() as session:
        history.store(session, facts, backfilled)


def store_and_alert(services: Services, holder: LeaseHolder, *facts: Fact, backfilled: bool = False) -> None:
    """Store the facts and write their alerts to the outbox."""
    store(services, *facts, backfilled=backfilled)
    while rules.write_alerts(services, holder):
        pass


def outbox_messages(services: Services) -> list[OutboxMessage]:
    with services.database.session() as session:
        return list(session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id))))


def outbox_texts(services: Services) -> list[tuple[str, str]]:
    """Return channel and text of every message, as people read it, without those that are not due yet."""
    rows = [row for row in outbox_messages(services) if row.due or row.ts]
    return [(row.channel, mrkdwn(message_kinds.read(row.content).as_posted().text)) for row in rows]


def enqueue_missed(services: Services, user_id: str) -> None:
    """Enqueue for somebody that they missed a call."""
    content = MissedCall(caller="101", at=NOON, disposition="busy").as_json()
    with services.database.session() as session:
        outbox.enqueue(session, user_id, "missed:1.1", content, open=False)


def mark_all_posted(services: Services) -> None:
    """Mark every due row of the outbox as posted."""
    for row in outbox_messages(services):
        if row.due:
            with services.database.session() as session:
                outbox.mark_sent(session, row, row.channel, row.ts or f"1.{row.id:06}", "")
