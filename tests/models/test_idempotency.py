"""A request with a key is done once, whoever sends it how often at once, and whichever process ends meanwhile."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlmodel import col, select, update

from models import audit, heartbeat, idempotency
from models.actor import Actor
from models.database import Database
from models.encryption import SecretCipher
from models.errors import SecretUnreadable
from models.idempotency import Answer, Claim, IdempotentRequest, OtherRequest, StillWorking
from tests.models import migrating
from tests.server import TEST_KEY
from tests.waiting import wait_for

OLD = SecretStr(TEST_KEY)
NEW = SecretStr("another key for tests with 32 characters or more")
CIPHER = SecretCipher([OLD])
database_url = migrating.database_url
CREATED = Answer(201, {"ETag": '"1-1"'}, '{"secret": "Alice123Pass"}')


def claim(
    database: Database, key: str = "k", fingerprint: str = "a body", asker: str = "t"
) -> Claim | Answer:
    return idempotency.claim(database, CIPHER, asker, key, fingerprint)


def claimed(database: Database, key: str = "k") -> Claim:
    found = claim(database, key)
    assert isinstance(found, Claim)
    return found


def age(database: Database, column: str, by: timedelta) -> None:
    with database.session() as session:
        row = session.exec(select(IdempotentRequest)).one()
        session.exec(update(IdempotentRequest).values({column: getattr(row, column) - by}))


def sealed(database: Database) -> str:
    with database.session() as session:
        return session.exec(select(IdempotentRequest.sealed)).one()


def test_the_same_request_again_has_the_same_answer(database: Database) -> None:
    first = claimed(database)
    assert first.is_first
    idempotency.finish(database, CIPHER, first, CREATED)
    assert claim(database) == claim(database) == CREATED


def test_while_the_first_is_worked_on_another_waits(database: Database) -> None:
    claimed(database)
    with pytest.raises(StillWorking):
        claim(database)


def test_a_key_belongs_to_a_token_and_to_one_request(database: Database) -> None:
    idempotency.finish(database, CIPHER, claimed(database), CREATED)
    with pytest.raises(OtherRequest):
        claim(database, fingerprint="another body")
    assert isinstance(claim(database, fingerprint="another body", asker="another token"), Claim)
    assert claimed(database, "another key").is_first


def test_of_many_at_once_one_is_worked_on(database: Database) -> None:
    def attempt(_: int) -> Claim | Answer | None:
        try:
            return claim(database)
        except StillWorking:
            return None

    with ThreadPoolExecutor(8) as pool:
        first = list(pool.map(attempt, range(16)))
    assert [isinstance(each, Claim) for each in first].count(True) == 1
    age(database, "alive_at", heartbeat.DEAD_AFTER)
    with ThreadPoolExecutor(8) as pool:
        second = [each for each in pool.map(attempt, range(16)) if each]
    assert len(second) == 1
    assert isinstance(second[0], Claim)
    assert not second[0].is_first


def test_a_claim_without_a_sign_of_life_is_taken_over_and_the_late_answer_of_the_first_does_not_count(
    database: Database,
) -> None:
    first = claimed(database)
    age(database, "alive_at", heartbeat.DEAD_AFTER)
    second = claimed(database)
    assert (second.attempt, second.is_first) == (2, False)
    idempotency.finish(database, CIPHER, first, Answer(500, {}, "late"))
    idempotency.release(database, first)
    with pytest.raises(StillWorking):
        claim(database)
    idempotency.finish(database, CIPHER, second, CREATED)
    assert claim(database) == CREATED


def test_who_works_on_it_says_that_they_live(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first = claimed(database)
    age(database, "alive_at", heartbeat.DEAD_AFTER)
    monkeypatch.setattr(heartbeat, "RENEW_SECONDS", 0.01)
    with idempotency.working(database, first):
        wait_for(lambda: not _is_dead(database))
    with pytest.raises(StillWorking):
        claim(database)


def _is_dead(database: Database) -> bool:
    with database.session() as session:
        row, at = session.exec(select(IdempotentRequest, heartbeat.DATABASE_NOW)).one()
    return at - (row.alive_at or at) >= heartbeat.DEAD_AFTER


def test_a_claim_that_was_released_is_free_at_once(database: Database) -> None:
    idempotency.release(database, claimed(database))
    assert not claimed(database).is_first


def test_what_an_earlier_attempt_has_committed_is_found(database: Database) -> None:
    first = claimed(database)
    with database.session() as session:
        audit.record(session, Actor("api", "hr-sync", first.id), "created", "101")
        audit.record(session, Actor("api", "hr-sync"), "created", "102")
    assert idempotency.committed(database, first) == []
    idempotency.release(database, first)
    assert [(each.actor, each.number) for each in idempotency.committed(database, claimed(database))] == [
        ("api:hr-sync", "101")
    ]


def test_after_a_day_the_key_is_a_new_one(database: Database) -> None:
    idempotency.finish(database, CIPHER, claimed(database), CREATED)
    age(database, "created_at", idempotency.KEEP)
    assert claimed(database).is_first
    age(database, "created_at", idempotency.KEEP)
    idempotency.prune(database)
    with database.session() as session:
        assert session.exec(select(col(IdempotentRequest.id))).all() == []


def test_of_each_token_the_latest_are_kept_and_what_is_worked_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "KEEP_OF_TOKEN", 2)
    claim(database, "worked on")
    for key in ("first", "second", "third"):
        idempotency.finish(database, CIPHER, claimed(database, key), CREATED)
    claim(database, asker="another")
    idempotency.prune(database)
    with database.session() as session:
        left = session.exec(select(IdempotentRequest.token, IdempotentRequest.key)).all()
    assert sorted(left) == [("another", "k"), ("t", "second"), ("t", "third"), ("t", "worked on")]


def test_an_answer_of_many_like_rows_takes_little_room(database: Database) -> None:
    rows = [{"row": number, "status": "refused", "errors": ["112 is taken"]} for number in range(10_000)]
    answer = Answer(200, {}, json.dumps(rows))
    idempotency.finish(database, CIPHER, claimed(database), answer)
    assert claim(database) == answer
    with database.session() as session:
        [kept] = session.exec(select(IdempotentRequest.sealed)).all()
    assert len(kept) < len(answer.body) / 4


def test_nothing_of_it_can_be_read_without_the_key_and_a_new_key_takes_over(database: Database) -> None:
    idempotency.finish(database, CIPHER, claimed(database), CREATED)
    assert not any(word in sealed(database) for word in ("Alice123Pass", "a body", "ETag"))
    both = SecretCipher([NEW, OLD])
    assert [idempotency.reencrypt(database, both) for _ in range(2)] == [1, 0]
    assert idempotency.claim(database, SecretCipher([NEW]), "t", "k", "a body") == CREATED
    with pytest.raises(SecretUnreadable):
        claim(database)
    assert idempotency.reencrypt(database, CIPHER) == 0
