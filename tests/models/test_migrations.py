"""What an upgrade and a downgrade make of the rows that are there; on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlmodel import SQLModel, col, select

from handlers import message_kinds
from models.database import Database
from models.employee import Employee
from models.hr_delivery import DeliveryState, HrDelivery
from models.incident import Incident
from models.outbox import OutboxMessage
from tests.models import migrating
from tests.models.migrating import alembic, insert, run
from tests.server import migrate

database_url = migrating.database_url


def test_the_migrations_make_what_the_models_say_and_can_be_undone(database_url: str) -> None:
    check = alembic(database_url, "check")
    assert check.returncode == 0, check.stdout + check.stderr
    run(database_url, "downgrade", "base")
    run(database_url, "upgrade", "head")


def test_no_migration_lets_sqlite_give_an_id_twice(folder: Path) -> None:
    """A rebuilt table (batch_alter_table) loses AUTOINCREMENT, which `alembic check` does not compare."""
    path = folder / "switchhook.db"
    migrate(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as database:
        made = dict(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    tables = SQLModel.metadata.tables.values()
    wanted = {table.name for table in tables if table.dialect_options["sqlite"]["autoincrement"]}
    assert {"extension", "outbox_message", "event"} < wanted
    assert {name for name, sql in made.items() if "AUTOINCREMENT" in sql} == wanted


def test_an_upgrade_asks_once_more_for_whom_a_form_of_the_old_kind_is_out(database_url: str) -> None:
    run(database_url, "downgrade", "0003")
    database = Database(database_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO hr_delivery (source, key, received_at, events, state, attempts, asked_at) "
            "VALUES ('standard', 'k', '2026-11-01 12:00', '[]', 'needs_details', 0, '2026-11-01 12:00')"
        )
        connection.exec_driver_sql(
            "INSERT INTO employee (source, external_id, name, email, department, stage, ask_slack_at, updated_at) "
            "VALUES ('standard', 'e1', 'Alice', '', '', 'ready', '2026-11-02 12:00', '2026-11-01 12:00')"
        )
    run(database_url, "upgrade", "head")
    with database.session() as session:
        delivery, employee = session.exec(select(HrDelivery)).one(), session.exec(select(Employee)).one()
    database.close()
    assert (delivery.state, delivery.asked_at) == (DeliveryState.WAITING, None)
    assert employee.next_try_at is not None


def deliver(database: Database, state: str, *, key: str) -> None:
    waits = {"events": "[]", "attempts": 0, "received_at": "2026-11-01 12:00"}
    insert(database, "hr_delivery", source="standard", key=key, state=state, **waits)


def insert_message(database: Database, subject: str, **more: object) -> None:
    """As it is before 0018."""
    at = "2026-11-01 12:00"
    values = {"content": "{}", "open": False, "due": False, "priority": 0, "turn": 0, "revision": 1}
    values |= {"attempts": 0, "created_at": at, "updated_at": at}
    insert(database, "delivery", channel="U0ADMIN01", subject=subject, **values | more)


def subjects(database: Database, table: str = "outbox_message") -> dict[str, bool]:
    """Of all messages, and whether later facts edit them."""
    with database.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT subject, open FROM {table}")  # noqa: S608 (our own names)
        return {subject: bool(is_open) for subject, is_open in found}


def test_a_delivery_that_waits_for_a_choice_has_failed_for_the_version_before(database_url: str) -> None:
    database = Database(database_url)
    run(database_url, "downgrade", "0017")
    deliver(database, "needs_choice", key="k")
    insert_message(database, "hr-delivery:1", open=True)
    run(database_url, "downgrade", "0011")
    with database.engine.begin() as connection:
        states = connection.exec_driver_sql("SELECT state FROM hr_delivery").scalars().all()
    assert (states, subjects(database, "delivery")) == (["failed"], {"hr-failed:1": False})
    run(database_url, "upgrade", "head")
    assert subjects(database) == {"hr-delivery:1": True}
    run(database_url, "downgrade", "base")
    database.close()


def test_an_upgrade_edits_waiting_questions_and_none_that_was_answered_long_ago(
    database_url: str,
) -> None:
    run(database_url, "downgrade", "0011")
    database = Database(database_url)
    for place, state in enumerate(("failed", "done", "failed")):
        deliver(database, state, key=str(place))
    insert_message(database, "hr-failed:1")
    insert_message(database, "hr-failed:2")
    insert_message(database, "hr-failed:3", ts="handed out")
    insert_message(database, "hr-failed:99")
    run(database_url, "upgrade", "head")
    assert subjects(database) == {
        "hr-delivery:1": True,
        "hr-failed:2": False,
        "hr-failed:3": False,
        "hr-failed:99": False,
    }
    database.close()


def test_an_upgrade_edits_the_questions_who_somebody_is_that_wait_and_were_sent(database_url: str) -> None:
    run(database_url, "downgrade", "0031")
    database = Database(database_url)
    at = "2026-11-01 12:00"
    for who, state in (
        ("e1", "needs_details"),
        ("e2", "done"),
        ("e3", "needs_details"),
        ("e4", "needs_details"),
    ):
        values = {"key": who, "events": json.dumps([{"external_id": who}]), "attempts": 0, "received_at": at}
        insert(database, "hr_delivery", source="personio", state=state, **values)
    sent = {"due": False, "priority": 0, "queue_position": 0, "revision": 1, "attempts": 0, "ts": "1.2"}
    for who, more in (("e1", {}), ("e2", {}), ("e3", {"ts": None}), ("e4", {"ts": None, "due": True})):
        subject, values = f"hr-details:personio {who}", sent | {"created_at": at, "updated_at": at} | more
        insert(database, "outbox_message", channel="U0", subject=subject, content="{}", open=False, **values)
    run(database_url, "upgrade", "head")
    found = {subject.split()[1]: is_open for subject, is_open in subjects(database).items()}
    assert found == {"e1": True, "e2": False, "e3": False, "e4": True}
    database.close()


def test_a_due_message_about_an_incident_is_readable_after_an_upgrade(database_url: str) -> None:
    run(database_url, "downgrade", "0013")
    database = Database(database_url)
    told = [("publish", "Extensions are not live"), ("files", "Nothing can be published")]
    at = "2026-11-01 12:00"
    for subject, _ in told:
        insert(database, "trouble", subject=subject, details="{}", since=at, told_at=at, over=False, times=1)
        content = {"kind": "trouble", "subject": subject, "since": 1.0, "times": 1, "lines": [], "count": 0}
        insert_message(database, f"trouble:{subject}", content=json.dumps(content))
    run(database_url, "upgrade", "head")
    with database.session() as session:
        subjects = {row.subject for row in session.exec(select(Incident))}
        rows = session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id))).all()
    database.close()
    assert subjects == {"not_live", "publishing"}
    for message, (_, words) in zip(rows, told, strict=True):
        assert words in message_kinds.read(message.content).as_posted().text
        assert message.subject == f"trouble:{message.content['subject']}"
