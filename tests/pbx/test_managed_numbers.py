"""Which numbers are ours, asked for every event."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import delete

from models.database import Database
from models.errors import DatabaseUnfit
from models.extension import Extension
from pbx import managed_numbers
from pbx.managed_numbers import ManagedNumbers
from pbx.services import Services
from tests.factories import insert_extension


def test_a_new_extension_is_known_at_once_and_a_deleted_one_no_longer_soon(
    quiet: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(managed_numbers, "CACHE_SECONDS", 0.2)
    is_managed = ManagedNumbers(quiet.database)
    assert not is_managed("101")
    insert_extension(quiet, "101")
    assert is_managed("101")
    assert not is_managed("102")
    with quiet.database.session() as session:
        session.exec(delete(Extension))
    time.sleep(0.2)
    assert not is_managed("101")


def test_a_new_extensions_mailbox_is_known_with_it(quiet: Services) -> None:
    numbers = ManagedNumbers(quiet.database)
    insert_extension(quiet, "101")
    assert (numbers("101"), numbers.has_voicemail("101")) == (True, False)
    insert_extension(quiet, "102", voicemail_enabled=True)
    assert (numbers("102"), numbers.has_voicemail("102")) == (True, True)


def test_known_numbers_are_cached(quiet: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(managed_numbers, "CACHE_SECONDS", 600.0)
    insert_extension(quiet, "101")
    is_managed = ManagedNumbers(quiet.database)
    assert is_managed("101")
    with quiet.database.session() as session:
        session.exec(delete(Extension))
    assert all(is_managed("101") for _ in range(1000))


def test_who_cannot_read_them_does_not_take_all_for_somebody_elses(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnfit):
        ManagedNumbers(Database(f"sqlite:///{tmp_path}/away.db"))


def test_the_cache_counts_while_the_database_does_not_answer(
    quiet: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(managed_numbers, "CACHE_SECONDS", 0.0)
    insert_extension(quiet, "101")
    is_managed = ManagedNumbers(quiet.database)
    assert is_managed("101")

    def away() -> None:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    monkeypatch.setattr(quiet.database, "session", away)
    assert is_managed("101")
    assert not is_managed("102")
