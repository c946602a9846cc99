"""A file waits for its import as long as its session and no longer, and one is carried out at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import col, select, update

from models import csv_import, heartbeat, web_session
from models.actor import Actor
from models.csv_import import Claim, CsvImport
from models.database import Database
from models.encryption import SecretCipher
from models.errors import SecretUnreadable
from models.process_names import process_name
from models.types import now
from tests.models import migrating
from tests.server import TEST_KEY

OLD = SecretStr(TEST_KEY)
NEW = SecretStr("another key for tests with 32 characters or more")
CIPHER = SecretCipher([OLD])
TEXT = "number,name,password\n101,Alice,SecurePass123\n"
ALICE = Actor.slack("U0ALICE01")
database_url = migrating.database_url


@pytest.fixture
def session_id(database: Database) -> int:
    return sign_in(database)


def sign_in(database: Database) -> int:
    with database.session() as session:
        token = web_session.begin(session, ALICE, "Alice")
        found = web_session.find(session, token)
        assert found
        return found.id or 0


def added(database: Database, session_id: int) -> int:
    row = CsvImport(
        session_id=session_id,
        actor=str(ALICE),
        name="Alice",
        file_name="people.csv",
        digest="d",
        sealed_preview="",
    )
    return csv_import.add(database, CIPHER, row, TEXT, "[]")


def claimed(database: Database, import_id: int, holder: str = "") -> Claim:
    found = csv_import.claim(database, import_id, "d", holder or process_name(), hands_over=False)
    assert found
    return found


def change(database: Database, import_id: int, **values: Any) -> None:
    with database.session() as session:
        session.exec(update(CsvImport).where(col(CsvImport.id) == import_id).values(**values))


def stored(database: Database) -> list[CsvImport]:
    with database.session() as session:
        return list(session.exec(select(CsvImport)))


def test_nobody_reads_the_file_in_the_database(database: Database, session_id: int) -> None:
    found = csv_import.find(database, added(database, session_id))
    assert found
    assert found.row.text(CIPHER) == TEXT
    assert "Alice" not in f"{found.row.sealed}{found.row!r}".replace("name='Alice'", "")
    with pytest.raises(SecretUnreadable):
        found.row.text(SecretCipher([NEW]))
    csv_import.reencrypt(database, SecretCipher([NEW, OLD]))
    assert stored(database)[0].text(SecretCipher([NEW])) == TEXT
    assert stored(database)[0].preview(SecretCipher([NEW])) == "[]"


def test_it_goes_with_its_session_and_with_the_next_file_of_that(database: Database, session_id: int) -> None:
    other = added(database, sign_in(database))
    first, second = added(database, session_id), added(database, session_id)
    assert csv_import.find(database, first) is None
    assert csv_import.find(database, second)
    with database.session() as session:
        web_session.end(session, session_id)
    assert [row.id for row in stored(database)] == [other]


def test_it_goes_after_an_hour_and_what_came_of_it_after_a_week(database: Database, session_id: int) -> None:
    import_id = added(database, session_id)
    change(database, import_id, created_at=now() - csv_import.GOOD_FOR)
    assert csv_import.find(database, import_id) is None
    csv_import.prune(database)
    assert stored(database) == []
    import_id = added(database, session_id)
    change(database, import_id, saved_at=now(), created_at=now() - csv_import.KEEP + timedelta(minutes=1))
    csv_import.prune(database)
    assert csv_import.find(database, import_id)
    change(database, import_id, created_at=now() - csv_import.KEEP)
    csv_import.prune(database)
    assert stored(database) == []


def test_one_is_carried_out_at_a_time_and_once(database: Database, session_id: int) -> None:
    first, second = added(database, session_id), added(database, sign_in(database))
    mine = claimed(database, first)
    assert csv_import.claim(database, first, "d", process_name(), hands_over=False) is None
    assert csv_import.claim(database, second, "d", process_name(), hands_over=False) is None
    found = csv_import.running(database)
    assert found
    assert (found.id, found.step) == (first, "checking")
    with database.session() as session:
        assert csv_import.note_saved(session, mine, {"101": (1, 1)})
    csv_import.release(database, mine)
    assert csv_import.claim(database, first, "d", process_name(), hands_over=False) is None
    assert csv_import.running(database) is None
    claimed(database, second)


def test_of_many_who_begin_one_at_the_same_moment_one_does(database: Database, session_id: int) -> None:
    files = [added(database, session_id), *(added(database, sign_in(database)) for _ in range(2))]

    def begin(turn: int) -> Claim | None:
        return csv_import.claim(database, files[turn % 3], "d", process_name(), hands_over=False)

    with ThreadPoolExecutor(9) as threads:
        begun = [found for found in threads.map(begin, range(9)) if found]
    assert len(begun) == 1


def test_what_is_saved_keeps_no_file_and_outlives_the_session(database: Database, session_id: int) -> None:
    mine = claimed(database, added(database, session_id))
    with database.session() as session:
        csv_import.note_saved(session, mine, {"101": (1, 1)})
    with database.session() as session:
        web_session.end(session, session_id)
    (row,) = csv_import.latest(database)
    assert (row.sealed, row.numbers) == (None, {"101": [1, 1]})
    with pytest.raises(SecretUnreadable):
        row.text(CIPHER)


def test_a_preview_that_is_not_the_one_that_was_seen_is_not_carried_out(
    database: Database, session_id: int
) -> None:
    import_id = added(database, session_id)
    csv_import.renew(database, CIPHER, claimed(database, import_id), "[1]", "other")
    assert csv_import.claim(database, import_id, "d", process_name(), hands_over=False) is None
    assert csv_import.claim(database, import_id, "other", process_name(), hands_over=False)


@pytest.mark.parametrize("how", ["killed", "silent"])
def test_of_whom_nothing_is_heard_any_more_another_takes_the_place(
    database: Database, session_id: int, how: str
) -> None:
    host, _, rest, space = process_name().rsplit(":", 3)
    holder = f"{host}:{2**22 + 1}:{rest}:{space}" if how == "killed" else ""  # no process has such an id
    import_id = added(database, session_id)
    dead = claimed(database, import_id, holder)
    if how == "silent":
        change(database, import_id, alive_at=now() - heartbeat.DEAD_AFTER - timedelta(seconds=1))
    found = csv_import.find(database, import_id)
    assert found
    assert found.was_interrupted
    assert csv_import.running(database) is None
    alive = claimed(database, import_id)
    with database.session() as session:
        assert not csv_import.note_saved(session, dead, {})
        assert csv_import.note_saved(session, alive, {})


def test_passwords_are_taken_once(database: Database, session_id: int) -> None:
    import_id = added(database, session_id)
    with database.session() as session:
        assert csv_import.take_passwords(session, import_id)
    with database.session() as session:
        assert not csv_import.take_passwords(session, import_id)
