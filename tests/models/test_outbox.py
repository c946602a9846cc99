"""The outbox as rows: which message is next, which is still edited, and which is pruned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlmodel import Session

from models import outbox
from models.outbox import OutboxMessage, Priority
from models.types import now
from pbx.services import Services
from tests.factories import outbox_messages
from tests.query_plans import plans

CHANNEL = "C0PHONES"


def enqueue(services: Services, subject: str, channel: str = CHANNEL, due: bool = True) -> OutboxMessage:
    with services.database.session() as session:
        return outbox.enqueue(session, channel, subject, {"text": subject}, due=due)


def edit(services: Services, row: OutboxMessage, due: bool = True) -> None:
    with services.database.session() as session:
        found = session.get(OutboxMessage, row.id)
        assert found
        outbox.edit(session, found, {"text": "edited"}, due=due)


def next_subjects(services: Services) -> list[str]:
    with services.database.session() as session:
        return [row.subject for row in outbox.next_per_channel(session)]


def sent(services: Services, row: OutboxMessage) -> None:
    with services.database.session() as session:
        outbox.mark_sent(session, row, row.channel, "1.2", "")


def posted_in_order(services: Services) -> list[str]:
    order = []
    while head := next_subjects(services):
        order.append(head[0])
        with services.database.session() as session:
            for row in outbox.next_per_channel(session):
                outbox.mark_sent(session, row, row.channel, "1.2", "")
    return order


def test_of_each_channel_the_first_due_message_is_next(quiet: Services) -> None:
    for subject, channel in (("a", "C1"), ("b", "C2"), ("c", "C1"), ("d", "C3")):
        enqueue(quiet, subject, channel)
    assert next_subjects(quiet) == ["a", "b", "d"]


def test_of_each_priority_the_first_due_message_is_next_by_priority(quiet: Services) -> None:
    with quiet.database.session() as session:
        for priority in (Priority.FLOOD, Priority.FIRST, Priority.REGISTRATIONS, Priority.REGISTRATIONS):
            outbox.enqueue(session, CHANNEL, priority.name, {}, priority=priority)
    assert next_subjects(quiet) == ["FIRST", "REGISTRATIONS", "FLOOD"]
    assert posted_in_order(quiet) == ["FIRST", "REGISTRATIONS"]


def test_an_edit_waits_behind_what_was_due_before_it_and_ahead_of_what_came_later(quiet: Services) -> None:
    a = enqueue(quiet, "a")
    sent(quiet, a)
    enqueue(quiet, "b")
    edit(quiet, a)
    enqueue(quiet, "c")
    edit(quiet, a)
    assert posted_in_order(quiet) == ["b", "a", "c"]


def test_a_message_that_was_edited_while_it_was_sent_goes_to_the_end(quiet: Services) -> None:
    a = enqueue(quiet, "a")
    enqueue(quiet, "b")
    edit(quiet, a)
    sent(quiet, a)  # what it was before the edit
    assert [row.due for row in outbox_messages(quiet)] == [True, True]
    assert posted_in_order(quiet) == ["b", "a"]


def test_a_message_that_is_not_due_waits_until_an_edit_makes_it_due(quiet: Services) -> None:
    a = enqueue(quiet, "a", due=False)
    enqueue(quiet, "b")
    edit(quiet, a, due=False)
    assert posted_in_order(quiet) == ["b"]
    edit(quiet, a)
    edit(quiet, a, due=False)
    assert posted_in_order(quiet) == ["a"]


def test_a_claim_stays_unless_slack_refused(quiet: Services) -> None:
    row = enqueue(quiet, "a")
    for refused in (False, True):
        with quiet.database.session() as session:
            outbox.claim(session, row, "D1", "digest")
            outbox.reschedule(session, row, now(), refused=refused)
        (stored,) = outbox_messages(quiet)
        assert (stored.claimed_at is None, stored.conversation, stored.attempts) == (refused, "D1", 1)


def test_a_closed_or_failed_message_is_not_open_any_more(quiet: Services) -> None:
    a, b = enqueue(quiet, "a"), enqueue(quiet, "a", "C2")
    enqueue(quiet, "ab")
    with quiet.database.session() as session:
        outbox.close(session, a)
        outbox.mark_failed(session, b, "channel_not_found")
    with quiet.database.session() as session:
        assert outbox.find_open(session, "a") == []
        assert [row.subject for row in outbox.find_open(session, "ab")] == ["ab"]
    assert next_subjects(quiet) == ["a"]  # closed, but still to be sent
    assert [row.failure for row in outbox_messages(quiet)] == [None, "channel_not_found", None]


def test_a_prefix_is_taken_literally(quiet: Services) -> None:
    for subject in ("flapping:101", "flapping:102", "flappingx101", "call:flapping:1"):
        enqueue(quiet, subject)
    with quiet.database.session() as session:
        found = [row.subject for row in outbox.find_open_by_prefix(session, "flapping:")]
        assert found == ["flapping:101", "flapping:102"]
        assert outbox.find_open_by_prefix(session, "flapping%") == []


def test_old_messages_are_pruned_but_none_that_is_still_to_be_sent(
    quiet: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue(quiet, "waiting")
    enqueue(quiet, "told", due=False)
    future = now() + outbox.KEEP_SENT + timedelta(minutes=1)
    monkeypatch.setattr(outbox, "now", lambda: future)
    edited = enqueue(quiet, "edited", due=False)
    edit(quiet, edited, due=False)
    outbox.prune(quiet.database, "question:")
    assert [row.subject for row in outbox_messages(quiet)] == ["waiting", "edited"]


QUESTIONS: dict[str, tuple[Callable[[Session], object], str]] = {
    "next": (outbox.next_per_channel, "ix_outbox_message_due"),
    "open": (lambda session: outbox.find_open(session, "call:1"), "ix_outbox_message_open"),
    "prefix": (lambda session: outbox.find_open_by_prefix(session, "flapping:"), "ix_outbox_message_open"),
    "close": (lambda session: outbox.close_all(session, "call:1"), "ix_outbox_message_open"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_frequent_queries_use_a_partial_index(quiet: Services, question: str) -> None:
    rows = [
        {"channel": CHANNEL, "subject": f"call:{place}", "content": {}, "open": False, "due": False}
        | {
            "queue_position": 0,
            "priority": 0,
            "revision": 1,
            "attempts": 0,
            "created_at": now(),
            "updated_at": now(),
        }
        for place in range(20_000)
    ]
    with quiet.database.session() as session:
        session.exec(insert(OutboxMessage), params=rows)
    ask, index = QUESTIONS[question]
    with quiet.database.session() as session:
        steps = plans(session, lambda: ask(session))
    assert any(f"INDEX {index}" in step for step in steps)
    assert not [step for step in steps if step == "SCAN delivery"]
