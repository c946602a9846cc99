"""The inbox: Slack's requests as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select, update

from models import inbox
from models.database import Database
from models.encryption import SecretCipher
from models.inbox import Claim, InboxRequest, InboxState
from models.types import now
from tests.server import migrate

OLD, NEW = (
    SecretStr("an old key with thirty-two characters."),
    SecretStr("a new key with thirty-two characters.."),
)
CIPHER = SecretCipher([OLD])
PAYLOAD = '{"text": "create 101 secret=typed-by-hand-1"}'


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/it.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("migrated_postgresql")
    else:
        migrate(url)
    opened = Database(url)
    yield opened
    with opened.session() as session:
        for row in session.exec(select(InboxRequest)):
            session.delete(row)
    opened.close()


def added(database: Database, body_hash: str = "a") -> Claim:
    row = InboxRequest(body_hash=body_hash, kind="command", request_id="r", claim="me")
    with database.session() as session:
        return inbox.add(session, CIPHER, row, PAYLOAD)


def found(database: Database, claim: Claim) -> InboxRequest | None:
    with database.session() as session:
        return session.get(InboxRequest, claim.id)


def change(database: Database, claim: Claim, **values: object) -> None:
    with database.session() as session:
        session.exec(update(InboxRequest).where(col(InboxRequest.id) == claim.id).values(**values))


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
