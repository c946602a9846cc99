"""Answers are stored with their requests' end, and tried by one at a time until they are told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlmodel import col, select, update

from models import inbox, inbox_answer
from models.database import Database
from models.encryption import SecretCipher
from models.errors import ClaimLost
from models.heartbeat import DATABASE_NOW
from models.inbox import Claim, InboxRequest, InboxState
from models.inbox_answer import NOBODY, TRY_TIME, InboxAnswer, Sending
from models.process_names import process_name
from tests.models import migrating

database_url = migrating.database_url
OLD, NEW = (
    SecretStr("an old key with thirty-two characters."),
    SecretStr("a new key with thirty-two characters.."),
)
CIPHER = SecretCipher([OLD])
ANSWER = '{"text": "Password hunter22"}'
ME = process_name()
DEAD = ":".join(
    [*ME.split(":")[:1], "4194304-0", *ME.split(":")[2:]]
)  # of this machine; no process has that id


def claimed(database: Database) -> Claim:
    row = InboxRequest(body_hash="a", kind="command", request_id="r", claim=ME)
    with database.session() as session:
        return inbox.add(session, CIPHER, row, "{}")


def kept(database: Database, sender: str = ME) -> Sending:
    claim = claimed(database)
    with database.session() as session:
        return inbox_answer.keep(session, claim, inbox_answer.sealed(CIPHER, ANSWER), sender)


def due(database: Database) -> list[InboxAnswer]:
    return [each.row for each in inbox_answer.waiting(database) if each.is_due]


def row_of(database: Database, sending: Sending) -> InboxAnswer:
    with database.session() as session:
        return session.get_one(InboxAnswer, sending.request)


def change(database: Database, sending: Sending, **values: object) -> None:
    with database.session() as session:
        this = col(InboxAnswer.request) == sending.request
        session.exec(update(InboxAnswer).where(this).values(**values))


def by_its_clock(database: Database) -> datetime:
    with database.session() as session:
        return session.exec(select(DATABASE_NOW)).one()


def test_an_answer_is_stored_with_the_end_of_its_request_and_cannot_be_read_there(database: Database) -> None:
    sending = kept(database)
    with database.session() as session:
        assert session.get_one(InboxRequest, sending.request).state is InboxState.DONE
    assert "hunter22" not in row_of(database, sending).sealed
    assert inbox_answer.opened(database, CIPHER, sending.request) == ANSWER


def test_who_has_lost_the_claim_stores_nothing(database: Database) -> None:
    claim = claimed(database)
    late = claim._replace(attempt=claim.attempt + 1)
    with pytest.raises(ClaimLost), database.session() as session:
        inbox_answer.keep(session, late, "sealed", ME)
    assert inbox_answer.opened(database, CIPHER, claim.id) is None


def test_what_waits_is_looked_at_without_what_it_says(database: Database) -> None:
    kept(database, DEAD)
    (row,) = due(database)
    assert "sealed" not in vars(row)


def test_an_answer_that_is_being_sent_is_not_due(database: Database) -> None:
    kept(database)
    assert due(database) == []


def test_an_answer_whose_sender_has_ended_is_due_at_once_and_may_have_been_read(database: Database) -> None:
    kept(database, DEAD)
    (row,) = due(database)
    again = inbox_answer.take(database, row, ME)
    assert again
    assert again.is_again
    assert inbox_answer.take(database, row, ME) is None
    assert due(database) == []


def test_an_answer_of_another_machine_is_due_when_nobody_can_try_any_more(database: Database) -> None:
    sending = kept(database, "elsewhere:1:x:y")
    assert due(database) == []
    change(
        database, sending, tried_at=by_its_clock(database) - 2 * TRY_TIME, next_try_at=by_its_clock(database)
    )
    assert len(due(database)) == 1


def test_what_slack_has_not_taken_is_due_later_and_is_nothing_that_was_read(database: Database) -> None:
    sending = kept(database)
    inbox_answer.put_off(database, sending, timedelta(hours=1), is_unsure=False)
    assert due(database) == []
    inbox_answer.put_off(database, sending, timedelta(), is_unsure=False)
    (row,) = due(database)
    again = inbox_answer.take(database, row, ME)
    assert again
    assert not again.is_again


def test_what_may_have_been_read_stays_so_whatever_comes_of_later_tries(database: Database) -> None:
    inbox_answer.put_off(database, kept(database), timedelta(), is_unsure=True)
    again = inbox_answer.take(database, due(database)[0], ME)
    assert again
    assert again.is_again
    inbox_answer.put_off(database, again, timedelta(), is_unsure=False)
    assert due(database)[0].is_unsure


def test_a_clock_that_is_set_back_puts_nothing_off(database: Database) -> None:
    sending = kept(database)
    inbox_answer.put_off(database, sending, timedelta(), is_unsure=False)
    ahead = by_its_clock(database) + timedelta(hours=1)
    change(database, sending, tried_at=ahead, next_try_at=ahead + TRY_TIME)
    assert len(due(database)) == 1


def test_what_a_try_does_late_does_not_count(database: Database) -> None:
    first = kept(database, DEAD)
    again = inbox_answer.take(database, due(database)[0], ME)
    assert again
    inbox_answer.told(database, first)
    inbox_answer.put_off(database, first, timedelta(), is_unsure=False)
    assert due(database) == []
    inbox_answer.told(database, again)
    assert inbox_answer.opened(database, CIPHER, first.request) is None


def test_what_goes_by_direct_message_is_kept_for_a_week_and_not_tried_any_more(database: Database) -> None:
    sending = kept(database)
    with database.session() as session:
        assert inbox_answer.told_late(session, sending)
    assert row_of(database, sending).sender == NOBODY
    assert due(database) == []
    with database.session() as session:
        assert inbox_answer.waits(session).many == 0
    inbox_answer.prune(database)
    assert inbox_answer.opened(database, CIPHER, sending.request) == ANSWER
    change(database, sending, tried_at=by_its_clock(database) - inbox_answer.KEEP_LATE - timedelta(hours=1))
    inbox_answer.prune(database)
    assert inbox_answer.opened(database, CIPHER, sending.request) is None


def test_what_no_process_has_opened_for_a_week_goes(database: Database) -> None:
    sending = kept(database, DEAD)
    inbox_answer.prune(database)
    assert len(due(database)) == 1
    change(database, sending, tried_at=by_its_clock(database) - inbox_answer.KEEP_LATE - timedelta(hours=1))
    inbox_answer.prune(database)
    assert due(database) == []


def test_what_waits_is_counted_since_the_oldest(database: Database) -> None:
    with database.session() as session:
        assert inbox_answer.waits(session) == (0, None)
    sending = kept(database)
    with database.session() as session:
        assert inbox_answer.waits(session) == (1, sending.asked_at)


def test_the_newest_key_opens_what_an_older_one_sealed(database: Database) -> None:
    sending = kept(database)
    inbox_answer.reencrypt(database, SecretCipher([NEW, OLD]))
    assert inbox_answer.opened(database, SecretCipher([NEW]), sending.request) == ANSWER
    inbox_answer.reencrypt(database, SecretCipher([OLD]))
    assert inbox_answer.opened(database, SecretCipher([NEW]), sending.request) == ANSWER
