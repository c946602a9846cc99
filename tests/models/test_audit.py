"""Who did what: entries in the transaction of the act itself, and never with a secret."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, delete, select, update

from models import audit
from models.actor import Actor
from models.audit import AuditEntry
from models.extension import Extension, State
from models.fields import Changes, NewExtension
from models.types import now
from pbx import extensions
from pbx.errors import ConfigFileError, Refusal
from pbx.services import Services

BY = Actor.slack("U0ADMIN01")


def alice(services: Services, **more: object) -> None:
    new = NewExtension.model_validate({"number": "101", "name": "Alice"} | more)
    extensions.save_new(services, new, by=BY)


def entries(services: Services, number: str | None = None) -> list[tuple[str, str | None, audit.Differences]]:
    """The newest first."""
    return [(entry.action, entry.number, entry.changes) for entry in audit.latest(services.database, number)]


def test_each_change_is_recorded_with_the_values_before_and_after(quiet: Services) -> None:
    alice(quiet, email="alice@example.com")
    changes = Changes(name="Bob", codecs=["alaw"], max_contacts=1)
    extensions.save_changes(quiet, "101", changes, by=BY)
    extensions.verify(quiet, "101", by=BY)
    extensions.delete(quiet, "101", by=BY)
    name, email = ["Bob", None], ["alice@example.com", None]
    assert entries(quiet) == [
        ("deleted", "101", {"name": name, "codecs": [["alaw"], None], "email": email}),
        ("verified", "101", {}),
        ("changed", "101", {"name": ["Alice", "Bob"], "codecs": [["ulaw", "alaw", "g722"], ["alaw"]]}),
        ("created", "101", {"name": [None, "Alice"], "email": [None, "alice@example.com"]}),
    ]
    assert {entry.actor for entry in audit.latest(quiet.database)} == {"slack:U0ADMIN01"}


def test_of_a_secret_only_its_change_is_recorded(quiet: Services) -> None:
    alice(quiet, secret="first-secret")
    extensions.save_changes(quiet, "101", Changes(secret=SecretStr("second-secret"), name="Bob"), by=BY)
    rows = audit.latest(quiet.database)
    assert rows[0].changes == {"name": ["Alice", "Bob"], "secret": None}
    everything = "".join(row.model_dump_json() for row in rows)
    with quiet.database.session() as session:
        encrypted = session.exec(select(Extension)).one().encrypted_secret
    assert not any(text in everything for text in ("first-secret", "second-secret", encrypted))


def test_a_change_of_nothing_is_no_entry(quiet: Services) -> None:
    alice(quiet)
    assert extensions.save_changes(quiet, "101", Changes(name="Alice"), by=BY).changes == {}
    assert [what for what, _, _ in entries(quiet)] == ["created"]


def test_a_refused_change_is_no_entry(quiet: Services) -> None:
    alice(quiet)
    with pytest.raises(Refusal):
        alice(quiet)
    extensions.delete(quiet, "101", by=BY)
    with pytest.raises(Refusal, match="being deleted"):
        extensions.save_changes(quiet, "101", Changes(name="Bob"), by=BY)
    assert [what for what, _, _ in entries(quiet)] == ["deleted", "created"]


def test_a_change_that_cannot_be_recorded_is_not_made(quiet: Services) -> None:
    alice(quiet)
    with quiet.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_entry RENAME TO elsewhere")
    with pytest.raises(SQLAlchemyError):
        extensions.save_changes(quiet, "101", Changes(name="Bob"), by=BY)
    with pytest.raises(SQLAlchemyError):
        extensions.delete(quiet, "101", by=BY)
    row = extensions.get(quiet, "101")
    assert (row.name, row.state, row.revision) == ("Alice", State.PENDING, 1)


def test_one_number_can_be_asked_for(quiet: Services) -> None:
    alice(quiet)
    alice(quiet, number="102")
    assert [number for _, number, _ in entries(quiet, "102")] == ["102"]


def test_each_refused_extension_that_is_tried_again_is_recorded(quiet: Services) -> None:
    alice(quiet)
    alice(quiet, number="102")
    with quiet.database.session() as session:
        session.exec(update(Extension).where(col(Extension.number) == "102").values(state=State.FAILED))
    with pytest.raises(ConfigFileError):
        extensions.publish_all(quiet, by=BY)
    assert entries(quiet)[0] == ("tried again", "102", {})
    assert len(entries(quiet)) == 3


def test_behind_a_revision_nothing_is_changed_by_a_verification_or_in_an_earlier_life(
    quiet: Services,
) -> None:
    alice(quiet)
    extensions.save_changes(quiet, "101", Changes(name="Bob"), by=BY)
    with quiet.database.session() as session:
        session.exec(delete(Extension))
    for number in ("101", "102", "103"):
        alice(quiet, number=number)
    extensions.verify(quiet, "101", by=BY)
    extensions.save_changes(quiet, "102", Changes(name="Bob"), by=BY)
    extensions.verify(quiet, "102", by=BY)
    assert audit.changed_behind(quiet.database, {"101": 1, "102": 1, "103": 1}) == {"102"}
    assert audit.changed_behind(quiet.database, {"102": 2}) == set()


def test_entries_are_kept_for_a_year(quiet: Services) -> None:
    alice(quiet)
    alice(quiet, number="102")
    with quiet.database.session() as session:
        old = update(AuditEntry).where(col(AuditEntry.number) == "101")
        session.exec(old.values(at=now() - timedelta(days=366)))
    audit.prune(quiet.database)
    assert [number for _, number, _ in entries(quiet)] == ["102"]
