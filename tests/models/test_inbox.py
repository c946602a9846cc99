"""The inbox: Slack's requests as rows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, update

from models import audit, heartbeat, inbox
from models.actor import Actor
from models.database import Database
from models.encryption import SecretCipher
from models.errors import ClaimLost, RequestGone, SecretUnreadable
from models.inbox import Claim, InboxRequest, InboxState
from models.process_names import process_name
from models.types import now
from tests.models import migrating

database_url = migrating.database_url
OLD, NEW = (
    SecretStr("an old key with thirty-two characters."),
    SecretStr("a new key with thirty-two characters.."),
)
CIPHER = SecretCipher([OLD])
ALICE = Actor.slack("U0ALICE01")
PAYLOAD = '{"text": "create 101 secret=typed-by-hand-1"}'


def added(database: Database, body_hash: str = "a") -> Claim:
    row = InboxRequest(body_hash=body_hash, kind="command", request_id="r", claim="me")
    with database.session() as session:
        return inbox.add(session, CIPHER, row, PAYLOAD)


def found(database: Database, claim: Claim) -> InboxRequest | None:
    with database.session() as session:
        return session.get(InboxRequest, claim.id)


def change(database: Database, of: Claim, **values: object) -> None:
    with database.session() as session:
        session.exec(update(InboxRequest).where(col(InboxRequest.id) == of.id).values(**values))


def test_a_request_is_stored_once_and_nothing_of_it_can_be_read_there(database: Database) -> None:
    row = found(database, added(database))
    assert row is not None
    assert "typed-by-hand" not in str(row.model_dump())
    assert row.sealed is not None
    assert CIPHER.decrypt(row.sealed).get_secret_value() == PAYLOAD
    with pytest.raises(IntegrityError):
        added(database)


def test_of_what_is_done_nothing_is_kept_but_that_it_came(database: Database) -> None:
    claim = added(database)
    inbox.finish(database, claim)
    row = found(database, claim)
    assert row is not None
    assert (row.state, row.sealed, row.body_hash) == (InboxState.DONE, None, "a")


def test_who_has_lost_the_claim_ends_nothing(database: Database) -> None:
    claim = added(database)
    change(database, claim, attempt=2)
    inbox.finish(database, claim)
    inbox.release(database, claim)
    row = found(database, claim)
    assert row is not None
    assert (row.state, row.claim) == (InboxState.TAKEN, "me")


def test_what_an_older_key_encrypted_gets_the_newest(database: Database) -> None:
    first, unreadable = added(database, "a"), added(database, "b")
    change(database, unreadable, sealed="nonsense")
    inbox.reencrypt(database, SecretCipher([NEW, OLD]))
    row, other = found(database, first), found(database, unreadable)
    assert row is not None
    assert SecretCipher([NEW]).decrypt(row.sealed or "").get_secret_value() == PAYLOAD
    assert other is not None
    assert other.sealed == "nonsense"


def test_what_is_done_goes_after_a_day_and_what_is_not_stays(database: Database) -> None:
    old, done, waiting = (added(database, each) for each in "abc")
    inbox.finish(database, old)
    inbox.finish(database, done)
    for each in (old, waiting):
        change(database, each, received_at=now() - inbox.KEEP - timedelta(minutes=1))
    inbox.prune(database)
    assert [found(database, each) is None for each in (old, done, waiting)] == [True, False, False]


def ids(database: Database) -> list[int]:
    return [each.id for each in inbox.waiting(database)]


def test_what_a_living_process_has_claimed_waits_for_nobody(database: Database) -> None:
    claim = added(database)
    assert ids(database) == []
    change(
        database, claim, claim="elsewhere:1:2:3", alive_at=now() - heartbeat.DEAD_AFTER - timedelta(seconds=1)
    )
    assert ids(database) == [claim.id]
    inbox.beat(database, claim)
    assert ids(database) == []
    inbox.release(database, claim)
    assert ids(database) == [claim.id]


def test_what_a_process_of_this_machine_left_behind_is_found_at_once(database: Database) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as ended:
        ended.wait()
    name = process_name().split(":")
    change(database, claim := added(database), claim=":".join([name[0], str(ended.pid), *name[2:]]))
    assert ids(database) == [claim.id]


def test_only_who_certainly_lives_may_not_have_heard_that_it_is_stored(database: Database) -> None:
    rebooted = process_name().rpartition(":")[0] + ":another-boot"
    long_ago = now() - timedelta(minutes=2)
    for name, is_unheard in ((process_name(), True), (rebooted, False)):
        change(database, claim := added(database, name), claim=name, received_at=long_ago, alive_at=long_ago)
        taken = inbox.take_up(database, CIPHER, claim, "me")
        assert taken
        assert taken.is_unheard is is_unheard


def test_one_of_many_takes_it_up(database: Database) -> None:
    claim = added(database)
    inbox.release(database, claim)
    (found,) = inbox.waiting(database)
    with ThreadPoolExecutor(8) as crowd:
        names = [f"process {each}" for each in range(8)]
        taken = [*filter(None, crowd.map(lambda name: inbox.take_up(database, CIPHER, found, name), names))]
    assert [(each.claim.attempt, each.payload, each.request_id) for each in taken] == [(2, PAYLOAD, "r")]
    assert ids(database) == []


def test_what_this_process_has_no_key_for_waits_an_hour_for_one_that_has(database: Database) -> None:
    inbox.release(database, claim := added(database))
    (found,) = inbox.waiting(database)
    with pytest.raises(SecretUnreadable):
        inbox.take_up(database, SecretCipher([NEW]), found, "me")
    assert inbox.waiting(database) == [found]
    with database.session() as session:
        session.exec(update(InboxRequest).values(received_at=now() - inbox.TOO_OLD - timedelta(minutes=1)))
    with pytest.raises(SecretUnreadable):
        inbox.take_up(database, SecretCipher([NEW]), found, "me")
    row = found_row(database, claim)
    assert (row.state, ids(database)) == (InboxState.GIVEN_UP, [])


def found_row(database: Database, claim: Claim) -> InboxRequest:
    row = found(database, claim)
    assert row is not None
    return row


@contextmanager
def carried_out(claim: Claim) -> Iterator[None]:
    token = inbox.current.set(claim)
    yield
    inbox.current.reset(token)


def test_an_act_marks_the_request_that_it_is_of_and_one_of_nobody_marks_none(database: Database) -> None:
    claim, other = added(database, "a"), added(database, "b")
    with carried_out(claim), database.session() as session:
        audit.record(session, ALICE, "did something")
    with database.session() as session:
        audit.record(session, ALICE, "did something else")
    assert found_row(database, claim).state is InboxState.COMMITTED
    assert found_row(database, other).state is InboxState.TAKEN
    assert [each.action for each in audit.of_inbox(database, claim.id)] == ["did something"]


def test_who_has_lost_the_claim_commits_nothing(database: Database) -> None:
    claim = added(database)
    change(database, claim, attempt=2)
    before = len(audit.latest(database))
    with carried_out(claim), pytest.raises(ClaimLost), database.session() as session:
        audit.record(session, ALICE, "did something")
    with carried_out(claim), pytest.raises(ClaimLost), database.session() as session:
        audit.record_many(session, ALICE, "changed", {"101": ({}, 1)})
    assert len(audit.latest(database)) == before
    assert found_row(database, claim).state is InboxState.TAKEN


@pytest.mark.parametrize("state", [InboxState.GIVEN_UP, None])
def test_what_an_older_state_does_not_have_open_is_known_to_be_gone(
    database: Database, state: InboxState | None
) -> None:
    claim = added(database)
    if state:
        change(database, claim, state=state)
    else:
        with database.session() as session:
            session.delete(session.get_one(InboxRequest, claim.id))
    with carried_out(claim), pytest.raises(RequestGone), database.session() as session:
        audit.record(session, ALICE, "did something")
    with pytest.raises(RequestGone), database.session() as session:
        inbox.close(session, claim, InboxState.DONE)


def test_what_is_taken_up_says_how_far_it_had_come(database: Database) -> None:
    claim = added(database)
    with carried_out(claim), database.session() as session:
        inbox.fence(session, InboxState.BEGUN)
    inbox.release(database, claim)
    taken = inbox.take_up(database, CIPHER, inbox.waiting(database)[0], "me")
    assert taken is not None
    assert taken.claim.reached is InboxState.BEGUN
