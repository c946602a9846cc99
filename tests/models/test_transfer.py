"""All rows go from SQLite to PostgreSQL and back; nothing of them changes, and ids are not given twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, make_url, text
from sqlmodel import SQLModel, col, select

from models import schema, transfer
from models.alert_route import AlertRoute
from models.api_token import ApiToken
from models.bookmark import Bookmark
from models.database import Database
from models.direct_alerts_off import DirectAlertsOff
from models.employee import Employee, Stage
from models.event import Event, EventKind
from models.extension import Extension, State
from models.hr_delivery import DeliveryState, HrDelivery
from models.idempotency import IdempotentRequest
from models.installation import Installation
from models.lease import Lease
from models.nat import Nat
from models.outbox import OutboxMessage
from models.phone import Phone
from models.status_connection import StatusConnection
from models.transfer import NotEmpty, Unreadable
from models.types import now
from tests.models.migrating import empty
from tests.server import PROJECT

IDENTITY = "2f1c9a52-7f0e-4c55-9a0e-6f6f1d3c8b11"


def rows() -> list[SQLModel]:
    """Something of every kind of column, and of most tables."""
    alice: dict[str, Any] = {"name": "張偉 🎉; 'x'", "codecs": ["ulaw"], "encrypted_secret": "x"}
    return [
        Extension(number="101", last_verified={"codecs": ["alaw"], "n": None}, **alice),
        Extension(number="102", enabled=False, direct_media=True, state=State.FAILED, reason="no", **alice),
        Extension(number="103", **alice),
        Event(at=now(), kind=EventKind.RINGING, number="101", round_trip_ms=1.5, backfilled=True),
        Event(at=now(), kind=EventKind.ENDED, number="101"),
        OutboxMessage(channel="C1", subject="call:1", content={"kind": "call", "rang": []}, due=False),
        AlertRoute(topic="calls", channel="C1"),
        Bookmark(name="alerts", event_id=2),
        Phone(number="101", address="192.0.2.7", port=5060, since=now()),
        Employee(source="standard", external_id="e1", name="Bob", stage=Stage.WELCOMED, start_date=date(2026, 3, 1)),
        HrDelivery(source="s", key="k", received_at=now(), events=[{"a": 1}], state=DeliveryState.DONE),
        Installation(identity=IDENTITY),
        Nat(external_media_address="203.0.113.7", local_net=["192.168.1.0/24", "fd00::/8"]),
        ApiToken(name="hr-sync", scope="read admin", key_id="k", created_by="cli:root", expires_at=now(), quota_full_at=2**60),
        IdempotentRequest(token="t", key="k", sealed="x", alive_at=now()),
        StatusConnection(slack_user_id="U1", encrypted_token="x", is_shown=True, expirations=[2**31]),
        DirectAlertsOff(slack_user_id="U1"),
        Lease(name="listener", holder="somebody", renewed_at=now()),
    ]  # fmt: skip


def fill(database: Database) -> None:
    """And the newest event and extension are gone again."""
    with database.session() as session:
        session.add_all(rows())
    with database.session() as session:
        session.exec(delete(Event))
        session.exec(delete(Extension).where(text("number = '103'")))


def dump(database: Database) -> dict[str, list[dict[str, Any]]]:
    found = {}
    with database.engine.connect() as connection:
        for table in transfer._tables():
            lines = connection.execute(table.select()).mappings()
            found[table.name] = sorted((dict(line) for line in lines), key=str)
    return found


@pytest.fixture(params=["sqlite to postgresql", "postgresql to sqlite", "sqlite to sqlite"])
def pair(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[Database, Database]]:
    """A source and a target with tables; nothing is in either."""
    urls = []
    for place, kind in enumerate(request.param.split(" to ")):
        urls.append(f"sqlite:///{folder / f'{place}.db'}")
        if kind == "postgresql":
            urls[-1] = request.getfixturevalue("postgresql")
            empty(urls[-1])
        schema.upgrade(make_url(urls[-1]))
    source, target = (Database(url) for url in urls)
    yield source, target
    source.close()
    target.close()


def test_everything_arrives_as_it_was(pair: tuple[Database, Database]) -> None:
    source, target = pair
    fill(source)
    before = dump(source)
    transfer.copy(source, target)
    assert dump(target) == dump(source) == before
    assert [row["identity"] for row in before["installation"]] == [IDENTITY]
    with target.session() as session:
        assert session.exec(select(Lease)).all() == []
        assert [
            row.last_verified for row in session.exec(select(Extension).order_by(col(Extension.number)))
        ] == [
            {"codecs": ["alaw"], "n": None},
            None,
        ]


def test_the_next_ids_are_new_ones(pair: tuple[Database, Database]) -> None:
    """The bookmark has passed event 2, and a button of Slack may name extension 3: neither may come again."""
    source, target = pair
    fill(source)
    transfer.copy(source, target)
    event, route = Event(at=now(), kind=EventKind.ENDED), AlertRoute(topic="security")
    extension = Extension(number="104", name="Eve", codecs=["ulaw"], encrypted_secret="x")
    with target.session() as session:
        session.add_all([event, route, extension])
    assert (event.id, extension.id, route.id) == (3, 4, 2)


def test_a_target_that_has_rows_is_left_alone(pair: tuple[Database, Database]) -> None:
    source, target = pair
    fill(source)
    with target.session() as session:
        session.add(AlertRoute(topic="calls", channel="C9"))
    before = dump(target)
    assert not transfer.is_empty(target)
    with pytest.raises(NotEmpty):
        transfer.copy(source, target)
    assert dump(target) == before


@pytest.mark.parametrize("pair", ["sqlite to sqlite"], indirect=True)
@pytest.mark.parametrize(
    "broken", ["UPDATE extension SET updated_at = 'soon'", "UPDATE extension SET codecs = '[soon'"]
)
def test_a_row_that_cannot_be_read_is_named_by_its_table_and_the_target_is_as_it_was(
    pair: tuple[Database, Database], broken: str
) -> None:
    source, target = pair
    fill(source)
    with source.session() as session:
        session.execute(text(broken))
    with pytest.raises(Unreadable, match=r"a row of extension cannot be read \(\w+\)") as refused:
        transfer.copy(source, target)
    assert refused.value.__cause__ is None
    assert transfer.is_empty(target)


def test_replacing_leaves_nothing_of_what_was_there_and_gives_no_id_twice(
    pair: tuple[Database, Database],
) -> None:
    source, target = pair
    fill(source)
    with target.session() as session:
        session.add_all([Event(at=now(), kind=EventKind.ENDED) for _ in range(7)])
        session.add(Extension(number="199", name="Eve", codecs=["ulaw"], encrypted_secret="x"))
    transfer.copy(source, target, replace=True)
    assert dump(target) == dump(source)
    event = Event(at=now(), kind=EventKind.ENDED)
    with target.session() as session:
        session.add(event)
    assert event.id == 8


KILLED = """
import os, sys
import models
from models import transfer
from models.database import Database
whole, copied = transfer._copy_table, []
def copy_table(old, new, table):
    whole(old, new, table)
    copied.append(table)
    if len(copied) == 6:
        os._exit(9)
transfer._copy_table = copy_table
transfer.copy(Database(sys.argv[1]), Database(sys.argv[2]))
"""


def test_when_it_is_killed_in_the_middle_nothing_has_arrived_and_it_can_be_done_again(
    pair: tuple[Database, Database],
) -> None:
    source, target = pair
    fill(source)
    before = dump(source)
    urls = [each.engine.url.render_as_string(hide_password=False) for each in pair]
    killed = subprocess.run([sys.executable, "-c", KILLED, *urls], cwd=PROJECT, env=os.environ)
    assert killed.returncode == 9
    assert dump(source) == before
    assert transfer.is_empty(target)
    transfer.copy(source, target)
    assert dump(target) == before
