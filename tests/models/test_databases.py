"""The same on SQLite and on a real PostgreSQL: constraints, and the use cases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from handlers.alerts import incidents
from handlers.alerts.incident_states import Observation
from models.database import Database
from models.extension import Extension, State
from models.fields import Changes, NewExtension
from pbx import directory, extensions
from pbx.errors import Refusal
from pbx.publish import publish
from pbx.services import Services
from settings import Settings
from tests.asterisk_bed import Asterisk
from tests.factories import holder_of, outbox_texts
from tests.models import leases, migrating
from tests.server import TEST_KEY, settings_for
from tests.slash_commands import TESTER

database_url, locked_for_long = migrating.database_url, leases.locked_for_long


def row(**values: Any) -> Extension:
    defaults: dict[str, Any] = {"number": "101", "name": "Alice", "codecs": ["ulaw"], "encrypted_secret": "x"}
    return Extension(**defaults | values)


def test_every_field_comes_back_as_it_was_saved(database: Database) -> None:
    saved = row(name="張偉 🎉", last_verified={"codecs": ["alaw"]}, notes="x" * 1000, number="1" * 20)
    with database.session() as session:
        session.add(saved)
    with database.session() as session:
        found = session.exec(select(Extension)).one()
    assert found.model_dump() == saved.model_dump()
    assert found.state is State.PENDING
    assert found.created_at.utcoffset() == timedelta(0)
    assert str(found.created_at) == str(saved.created_at)


def test_a_number_is_there_once(database: Database) -> None:
    with database.session() as session:
        session.add(row())
    with pytest.raises(IntegrityError), database.session() as session:
        session.add(row(name="Bob"))
    with database.session() as session:
        assert session.exec(select(Extension.name)).all() == ["Alice"]


def test_an_error_undoes_the_whole_unit_of_work(database: Database) -> None:
    def fail_half_way() -> None:
        with database.session() as session:
            session.add(row())
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with database.session() as session:
        assert session.exec(select(Extension)).all() == []


def test_a_failed_statement_shows_no_values(database: Database) -> None:
    twice = [row(encrypted_secret="hush-hush"), row(encrypted_secret="hush-hush")]
    with pytest.raises(IntegrityError) as caught, database.session() as session:
        session.add_all(twice)
    assert "hush-hush" not in str(caught.value)


def test_the_use_cases_work_on_either(services: Services) -> None:
    created = extensions.create(services, NewExtension(name="Alice"), by=TESTER).extension
    assert created is not None
    assert (created.number, created.state) == ("100", State.LIVE)
    changed = extensions.change(services, "100", Changes(codecs=["alaw"], name="Bob"), by=TESTER).extension
    assert changed is not None
    assert (changed.state, changed.codecs, changed.revision) == (State.LIVE, ["alaw"], 2)
    assert [one.extension.name for one in directory.listing(services, "BOB")] == ["Bob"]
    with pytest.raises(Refusal, match="taken by Bob"):
        extensions.create(services, NewExtension(number="100", name="Carol"), by=TESTER)
    assert extensions.delete(services, "100", by=TESTER).extension is None
    assert directory.listing(services) == []


def test_the_same_number_at_once_makes_one_extension_on_either(services: Services) -> None:
    def attempt(name: str) -> str:
        try:
            extensions.create(services, NewExtension(number="101", name=name), by=TESTER)
        except Refusal as refusal:
            return str(refusal).partition(":")[0]
        return "created"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(attempt, "ABCD"))
    owner = extensions.get(services, "101").name
    assert answers == [f"101 is taken by {owner}"] * 3 + ["created"]


def test_changes_at_once_never_lose_each_other_on_either(services: Services, asterisk: Asterisk) -> None:
    extensions.create(services, NewExtension(number="101", name="Alice"), by=TESTER)
    wishes = [
        Changes(max_contacts=4),
        Changes(name="Bob"),
        Changes(context="sales"),
        Changes(codecs=["alaw"]),
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda wish: extensions.change(services, "101", wish, by=TESTER), wishes))
    found = extensions.get(services, "101")
    assert (found.max_contacts, found.name, found.context, found.codecs) == (4, "Bob", "sales", ["alaw"])
    assert (found.revision, found.state) == (5, State.LIVE)
    other = Services.of(settings_for(asterisk, services.settings.database_url.get_secret_value()))
    publish(other)
    other.database.close()
    assert asterisk.reload_counts()["pbx_config.so"] == 1


@pytest.mark.usefixtures("locked_for_long")
def test_an_incident_is_reported_once_on_either(database_url: str) -> None:
    values: dict[str, Any] = {
        "secret_key": TEST_KEY,
        "database_url": database_url,
        "alert_channel": "C0PHONES",
    }
    services = Services.of(Settings(_env_file=None, **values))
    away = Observation("asterisk", timedelta(), {"": "Asterisk closed the connection"})
    holder = holder_of(services)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: incidents.report(services, holder, [away]), range(8)))
    incidents.report(services, holder, [replace(away, details=None)])
    assert [text[:14] for _, text in outbox_texts(services)] == ["⚠️ Asterisk do", "✅ Asterisk ans"]
    services.database.close()
