"""Each fault of the database is made, and found by its check; a sound one has none."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlmodel import update

from models.database import Database
from models.encryption import SecretCipher
from models.extension import Extension, State
from models.patience import Patience
from models.types import now
from pbx import extensions
from pbx.doctor import database_checks
from pbx.doctor.findings import Finding
from pbx.services import Services
from tests.database_lock import read_only
from tests.pbx.extension_driver import create_live
from tests.slash_commands import TESTER

OTHER_KEY = SecretStr("another key for tests with 32 characters or more")
Find = Callable[[Services], Iterable[Finding]]
CHECKS = (
    database_checks.database,
    database_checks.secret_key,
    database_checks.identity,
    database_checks.waiting,
)


@pytest.mark.parametrize("check", CHECKS)
def test_a_sound_database_has_no_findings(services: Services, check: Find) -> None:
    create_live(services, "101")
    assert list(check(services)) == []


def test_a_database_without_tables_is_found_with_the_command(quiet: Services) -> None:
    empty = replace(quiet, database=Database("sqlite://"))
    (finding,) = database_checks.database(empty)
    assert "there are no tables yet" in finding.seen
    assert "alembic upgrade head" in finding.remedy


def test_a_locked_database_is_found(quiet: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_checks, "PATIENCE", Patience(lock=1, statement=1_000))
    with closing(sqlite3.connect(str(quiet.database.engine.url.database))) as other:
        other.execute("BEGIN IMMEDIATE")
        (finding,) = database_checks.database(quiet)
    assert "another program keeps it locked" in finding.seen
    assert "end that program" in finding.remedy


def test_a_database_that_can_be_read_and_not_written_is_found(quiet: Services) -> None:
    with read_only(quiet):
        (finding,) = database_checks.database(quiet)
    assert finding.seen == "the database cannot be written: it is read-only"


def test_another_key_is_found(services: Services) -> None:
    create_live(services, "101")
    (finding,) = database_checks.secret_key(replace(services, cipher=SecretCipher([OTHER_KEY])))
    assert "no key in SECRET_KEY opens the secret of extension 101" in finding.seen
    assert "put the key that sealed it back" in finding.remedy


def test_an_extension_that_waits_for_long_is_found_with_the_reason(services: Services) -> None:
    create_live(services, "101")
    _set(services, state=State.PENDING, reason="there is no context such", updated_at=now())
    assert list(database_checks.waiting(services)) == []
    _set(services, updated_at=now() - timedelta(minutes=5))
    (finding,) = database_checks.waiting(services)
    assert "does not have extension 101 as the database does: there is no context such" in finding.seen
    assert finding.fix == "publish"
    extensions.verify(services, "101", by=TESTER)
    assert list(database_checks.waiting(services)) == []


def _set(services: Services, **values: object) -> None:
    with services.database.session() as session:
        session.exec(update(Extension).values(**values))
