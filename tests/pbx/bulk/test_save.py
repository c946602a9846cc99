"""Many rows are committed in one short transaction, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlmodel import Session

from models import audit
from models.extension import State
from pbx import extensions, numbers
from pbx.bulk import save
from pbx.bulk.check import check
from pbx.errors import Refusal
from pbx.services import Services
from settings import Settings
from tests.models import migrating
from tests.pbx.bulk.bulk_driver import many, row
from tests.server import TEST_KEY
from tests.slash_commands import TESTER

database_url = migrating.database_url


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
    """Without Asterisk and its files."""
    settings = Settings(_env_file=None, secret_key=TEST_KEY, database_url=database_url, ami_port=1)
    built = Services.of(settings)
    yield built
    built.database.close()


def test_new_and_changed_rows_are_committed_with_an_entry_each(services: Services) -> None:
    assert save.save(services, check(services, many(range(140, 145))), by=TESTER) == set()
    rows = [row("140", notes="x", codecs=["ulaw"]), row("130", 2, email="alice@example.com")]
    assert save.save(services, check(services, rows), by=TESTER) == set()
    found = extensions.get(services, "140")
    assert (found.notes, found.codecs, found.revision, found.state) == ("x", ["ulaw"], 2, State.PENDING)
    assert services.cipher.decrypt(found.encrypted_secret)
    assert extensions.get(services, "130").email == "alice@example.com"
    entries = audit.latest(services.database)
    assert [(each.number, each.action) for each in entries[:2]] == [("140", "changed"), ("130", "created")]
    assert len(entries) == 7
    assert {each.actor for each in entries} == {str(TESTER)}


def test_who_was_faster_is_not_overwritten(services: Services) -> None:
    save.save(services, check(services, many(range(140, 142))), by=TESTER)
    checked = check(services, [row("140", notes="x"), row("141", 2, notes="x"), row("130", 3)])
    faster = check(services, [row("140", notes="faster"), row("130", 2, name="Faster")])
    assert save.save(services, faster, by=TESTER) == set()
    assert save.save(services, checked, by=TESTER) == {"140", "130"}
    assert extensions.get(services, "140").notes == "faster"
    assert extensions.get(services, "141").notes == "x"
    assert extensions.get(services, "130").name == "Faster"


def test_what_is_written_with_the_rows_is_all_or_nothing(services: Services) -> None:
    save.save(services, check(services, [row("140")]), by=TESTER)
    seen: list[set[str]] = []

    def refuse(_session: Session, overtaken: set[str]) -> None:
        seen.append(overtaken)
        raise Refusal("not like this")

    checked = check(services, [row("140", notes="x"), row("141", 2)])
    save.save(services, check(services, [row("140", notes="faster")]), by=TESTER)
    with pytest.raises(Refusal):
        save.save(services, checked, by=TESTER, with_rows=refuse)
    assert seen == [{"140"}]
    assert extensions.get(services, "140").notes == "faster"
    assert numbers.find(services, "141") is None
    assert [each.number for each in audit.latest(services.database)] == ["140", "140"]


def test_who_makes_one_between_the_look_and_the_insert_is_not_overwritten(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_before_the_other(session: Session) -> dict[str, tuple[int, datetime]]:
        monkeypatch.undo()
        save.save(services, check(services, [row("140", name="Faster")]), by=TESTER)
        return {}

    checked = check(services, many(range(140, 143)))
    monkeypatch.setattr(save, "_stamps", look_before_the_other)
    assert save.save(services, checked, by=TESTER) == {"140"}
    assert extensions.get(services, "140").name == "Faster"
    assert [entry.action for entry in audit.latest(services.database, "141")] == ["created"]
