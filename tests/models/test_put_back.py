"""What an older state of the database has due is held when it is put back: nothing is done, nor let in, a second time."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, SQLModel, col, func, select

from models import api_token, audit, login_link, outbox, put_back, transfer
from models.actor import Actor
from models.api_token import ApiToken, Scope
from models.csv_import import CsvImport
from models.database import Database
from models.event import Event, EventKind
from models.hr_delivery import DeliveryState, HrDelivery
from models.inbox_answer import InboxAnswer
from models.installation import ONLY, Installation
from models.outbox import OutboxMessage
from models.types import now
from models.web_session import WebSession, begin
from tests.models.migrating import database_url

__all__ = ["database_url"]

ANNA = Actor.slack("U0ANNA")


def count(session: Session, table: type[SQLModel]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def fill(database: Database) -> None:
    """A message that is due, an open call, a session and a link, and a delivery in work."""
    with database.session() as session:
        session.add(Installation())
        outbox.enqueue(session, "C1", "trouble:asterisk", {}, open=False)
        outbox.enqueue(session, "C1", "call:1.1", {}, due=False)
        outbox.enqueue(session, "U1", "voicemail:1", {}, due=False)
        session.add(Event(at=now(), kind=EventKind.REGISTERED))
        begin(session, ANNA, "Anna")
        login_link.make(session, ANNA, "Anna")
        session.add(
            HrDelivery(source="s", key="1", received_at=now(), events=[], state=DeliveryState.WAITING)
        )


def test_what_was_due_is_held_and_every_session_and_link_ends(database: Database) -> None:
    fill(database)
    told_until = now() - timedelta(minutes=1)
    with database.session() as session:
        put_back.hold(session, told_until)
    with database.session() as session:
        due, call, voicemail = session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id))).all()
        assert (due.due, due.failure, call.open, voicemail.open) == (False, put_back.HELD, False, True)
        assert put_back.held_messages(session) == 1
        assert [count(session, table) for table in (WebSession, login_link.LoginLink, CsvImport)] == [0, 0, 0]
        delivery = session.exec(select(HrDelivery)).one()
        assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, put_back.IN_WORK)
        row = session.get_one(Installation, ONLY)
        assert row.put_back_at
        assert (row.told_until, row.as_of is not None) == (told_until, True)
    assert [each.action for each in audit.latest(database)] == [put_back.NOTICED]


def test_an_answer_that_waited_then_is_not_given_a_second_time(database: Database) -> None:
    at = now()
    with database.session() as session:
        for request, asked_at, is_late in (
            (1, at - timedelta(days=1), False),
            (2, at, False),
            (3, at - timedelta(days=1), True),
        ):
            session.add(
                InboxAnswer(
                    request=request,
                    sealed="",
                    is_late=is_late,
                    asked_at=asked_at,
                    tried_at=asked_at,
                    next_try_at=asked_at,
                )
            )
        put_back.hold(session, at - timedelta(minutes=1))
    with database.session() as session:
        assert session.exec(select(InboxAnswer.request).order_by(col(InboxAnswer.request))).all() == [2, 3]


def test_no_id_of_the_later_state_is_given_again(database: Database) -> None:
    fill(database)
    with database.session() as session:
        put_back.raise_ids(session, {"event": 500})
        assert transfer.highest_ids(session.connection())["event"] == 500 + put_back.MARGIN
    with database.session() as session:
        session.add(event := Event(at=now(), kind=EventKind.REGISTERED))
        session.flush()
        assert event.id == 501 + put_back.MARGIN


def test_a_token_that_was_revoked_stays_so(database: Database) -> None:
    token = ApiToken(
        name="sync", scope=Scope.READ, key_id="k", created_by="cli:anna", expires_at=now() + timedelta(days=1)
    )
    with database.session() as session:
        session.add(token)
        put_back.hold(session, now(), [token.jti])
        assert api_token.live_among(session, [token.jti]) == set()
