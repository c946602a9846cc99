"""What migration 0018 renames keeps its rows, on the way up and down; on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from models.audit import AuditEntry
from models.database import Database
from models.employee import Employee, Stage
from models.event import Event
from models.extension import Extension
from models.hr_delivery import HrDelivery
from models.incident import Incident
from models.outbox import OutboxMessage
from models.types import now
from tests.models import migrating
from tests.models.migrating import insert, run

database_url = migrating.database_url

AT = "2026-11-01 12:00"
SECRET = {"sealed_secret": "x", "name": 'a "sealed_secret": b', "n": None}
JOBS = {
    "ask_hr": "look_up_employees",
    "free_numbers": "release_numbers",
    "onboard": "onboard",
    "reseal": "reencrypt",
    "settle": "report_quiet_phones",
    "watch": "report_incidents",
}
LAST_MESSAGE = 2 + 1 + len(JOBS) + 1  # an alert, a question, incidents, and one that was deleted
CONTENT = {"kind": "call", "away": True, "caller": 'an "away": caller'}


@pytest.fixture
def before(database_url: str) -> Iterator[Database]:
    """A database of 0017 with a row in each table that 0018 touches."""
    run(database_url, "downgrade", "0017")
    database = Database(database_url)
    phone = {"context": "c", "transport": "udp", "codecs": "[]", "max_contacts": 1, "qualify_frequency": 60}
    phone |= {"direct_media": False, "enabled": True, "revision": 1, "state": "live", "name": "Alice"}
    phone |= {"sealed_secret": "x", "made_for": "hr:1", "created_at": AT, "updated_at": AT, "number": "101"}
    insert(database, "extension", accepted=json.dumps(SECRET), **phone)
    event = dict.fromkeys(("number", "peer", "peer_name", "channel", "address", "user_agent"), "")
    event |= {"reason": "", "cause_text": ""}
    insert(database, "event", at=AT, kind="ended", away=True, port=0, cause=0, **event)
    message = {
        "open": True,
        "due": True,
        "priority": 0,
        "turn": 7,
        "revision": 1,
        "shown": "d",
        "attempts": 0,
    }
    message |= {"subject": "call:1", "created_at": AT, "updated_at": AT}
    insert(database, "delivery", channel="C1", content=json.dumps(CONTENT), **message)
    question = json.dumps({"kind": "hr_details", "whom": "hr 1"})
    insert(database, "delivery", channel="C1", content=question, **message | {"subject": "hr-delivery:1"})
    told = {"told_at": AT, "better_since": AT, "over": False, "times": 3}
    message |= {"channel": "C1", "open": False}
    for subject in ("asterisk", *(f"job:{job}" for job in JOBS)):
        insert(database, "trouble", subject=subject, details="{}", since=AT, **told)
        content = {"kind": "trouble", "subject": subject, "since": 1.8e9, "times": 3, "lines": [], "count": 0}
        insert(
            database, "delivery", content=json.dumps(content), **message | {"subject": f"trouble:{subject}"}
        )
    insert(database, "delivery", content=json.dumps(CONTENT), **message)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM delivery WHERE id = {LAST_MESSAGE}")  # noqa: S608 (our own number)
    insert(database, "audit_entry", at=AT, by="slack:U1", what="created", number="101", changes="{}")
    for number, stage in enumerate(("told", "gone", "left")):
        person = {"source": "hr", "name": "", "email": "", "department": "", "updated_at": AT}
        insert(database, "employee", external_id=str(number), stage=stage, held='{"adopted": true}', **person)
    delivery = {"source": "hr", "key": "k", "received_at": AT, "events": "[]", "state": "done", "attempts": 0}
    insert(database, "hr_delivery", awaits='[{"number": "101"}]', **delivery)
    yield database
    database.close()


def all_rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    with database.engine.connect() as connection:
        tables = ("extension", "event", "delivery", "trouble", "audit_entry", "employee", "hr_delivery")
        queries = {table: text(f"SELECT * FROM {table} ORDER BY 1") for table in tables}  # noqa: S608 (our own names)
        return {
            table: [dict(row) for row in connection.execute(query).mappings()]
            for table, query in queries.items()
        }


def test_an_upgrade_keeps_every_value_under_its_new_name(before: Database, database_url: str) -> None:
    run(database_url, "upgrade", "head")
    with before.session() as session:
        extension, event = session.get_one(Extension, 1), session.get_one(Event, 1)
        message, incident = session.get_one(OutboxMessage, 1), session.get_one(Incident, "asterisk")
        entry, delivery = session.get_one(AuditEntry, 1), session.get_one(HrDelivery, 1)
        people = [session.get_one(Employee, number) for number in (1, 2, 3)]
    assert (extension.encrypted_secret, extension.employee_ref, event.backfilled) == ("x", "hr:1", True)
    assert extension.last_verified == {"encrypted_secret": "x", "name": SECRET["name"], "n": None}
    assert (message.queue_position, message.sent_digest) == (7, "d")
    assert message.content == {"kind": "call", "backfilled": True, "caller": CONTENT["caller"]}
    assert (incident.resolved, incident.occurrences, incident.recovering_since) == (
        False,
        3,
        incident.notified_at,
    )
    assert (entry.actor, entry.action) == ("slack:U1", "created")
    assert [each.stage for each in people] == [Stage.WELCOMED, Stage.RELEASED, Stage.LEFT]
    assert [each.extension_snapshot for each in people] == [{"adopted": True}] * 3
    assert delivery.pending_results == [{"number": "101"}]


def test_incidents_of_jobs_follow_their_names(before: Database, database_url: str) -> None:
    run(database_url, "upgrade", "head")
    expected = sorted(["asterisk", *(f"job:{job}" for job in JOBS.values())])
    with before.session() as session:
        incidents = session.exec(select(Incident.subject)).all()
        messages = session.exec(select(OutboxMessage).where(col(OutboxMessage.id) > 2)).all()
    assert sorted(incidents) == expected
    assert sorted(each.content["subject"] for each in messages) == expected
    assert all(each.subject == f"trouble:{each.content['subject']}" for each in messages)


def test_the_next_message_has_a_new_id_after_an_upgrade(before: Database, database_url: str) -> None:
    """Slack is asked for a message by its id: that of a deleted one is not given again."""
    run(database_url, "upgrade", "head")
    message = OutboxMessage(channel="C1", subject="call:2", content={}, created_at=now())
    with before.session() as session:
        session.add(message)
    assert message.id == LAST_MESSAGE + 1


def test_a_downgrade_brings_everything_back_and_closes_alerts(before: Database, database_url: str) -> None:
    rows = all_rows(before)
    run(database_url, "upgrade", "head")
    run(database_url, "downgrade", "0017")
    alert, question = rows["delivery"][:2]
    assert (alert["subject"], question["subject"]) == ("call:1", "hr-delivery:1")
    alert["open"] = False
    assert all_rows(before) == rows
