"""Connections, and their tokens when SECRET_KEY changes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from pydantic import SecretStr
from sqlmodel import select

from models import status_connection
from models.database import Database
from models.encryption import SecretCipher
from models.extension import Extension, State
from models.status_connection import StatusConnection
from tests.server import TEST_KEY

OLD, NEW = SecretStr(TEST_KEY), SecretStr("another key for tests with 32 characters or more")
TOKEN = SecretStr("xoxp-1")


def connect(database: Database, encrypted: str = "x") -> StatusConnection:
    with database.session() as session:
        status_connection.save(session, "U1", encrypted)
    return row(database)


def row(database: Database) -> StatusConnection:
    with database.session() as session:
        return session.exec(select(StatusConnection)).one()


def test_tokens_are_encrypted_with_the_newest_key(database: Database) -> None:
    connect(database, SecretCipher([OLD]).encrypt(TOKEN))
    both = SecretCipher([NEW, OLD])
    assert (status_connection.reencrypt(database, both), status_connection.reencrypt(database, both)) == (
        1,
        0,
    )
    assert SecretCipher([NEW]).decrypt(row(database).encrypted_token) == TOKEN


def test_a_token_that_no_key_opens_stays_as_it_is(database: Database) -> None:
    before = connect(database, SecretCipher([OLD]).encrypt(TOKEN))
    assert status_connection.reencrypt(database, SecretCipher([NEW])) == 0
    assert row(database).encrypted_token == before.encrypted_token


def test_what_came_of_an_older_connection_does_not_count_for_a_newer_one(database: Database) -> None:
    older = connect(database, "old")
    connect(database, "new")
    with database.session() as session:
        assert not status_connection.note_shown(session, older, 1)
        assert not status_connection.forget(session, older)
        status_connection.begin_ending(session, older)
    assert (row(database).encrypted_token, row(database).is_shown, row(database).is_ending) == (
        "new",
        False,
        False,
    )


def test_who_disconnects_is_shown_nothing_any_more(database: Database) -> None:
    known = connect(database)
    with database.session() as session:
        status_connection.begin_ending(session, known)
        assert not status_connection.note_shown(session, known, 1)
        assert status_connection.find(session, "U1") is None


def test_the_last_two_expirations_are_kept_until_it_is_cleared(database: Database) -> None:
    connect(database)
    for expiration in (1, 2, 3):
        with database.session() as session:
            status_connection.note_shown(session, row(database), expiration)
    assert (row(database).is_shown, row(database).expirations) == (True, [2, 3])
    with database.session() as session:
        status_connection.note_cleared(session, row(database))
    assert (row(database).is_shown, row(database).expirations) == (False, [])


def test_who_connects_while_they_disconnect_is_connected(database: Database) -> None:
    older, begun = connect(database, "older"), threading.Event()

    def again() -> None:
        begun.set()
        connect(database, "newer")

    with ThreadPoolExecutor() as threads:
        with database.session() as session:
            status_connection.forget(session, older)
            saving = threads.submit(again)
            begun.wait()
            threading.Event().wait(0.2)  # it reads, and waits for what is written here
        saving.result()
    assert row(database).encrypted_token == "newer"


def test_of_two_who_see_that_somebody_disconnects_one_notes_it(database: Database) -> None:
    seen = connect(database)
    with database.session() as session:
        assert [status_connection.begin_ending(session, seen) for _ in range(2)] == [True, False]


def test_an_extension_that_is_being_deleted_is_nobodys_any_more(database: Database) -> None:
    with database.session() as session:
        session.add_all(
            Extension(number=number, name="Alice", encrypted_secret="x", slack_user_id="U1", state=state)
            for number, state in (("101", State.DELETING), ("102", State.LIVE), ("103", State.PENDING))
        )
    with database.session() as session:
        assert status_connection.numbers_of(session, "U1") == ["102", "103"]
