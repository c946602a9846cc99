"""A request of many extensions whose process ended behind the commit is told by its retry, and does nothing twice."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from models import audit
from models.actor import Actor
from models.audit import AuditEntry
from models.fields import Changes
from pbx import extensions, numbers
from pbx.bulk import resume, upsert
from pbx.bulk.check import check
from pbx.bulk.rows import Outcome, Row
from pbx.services import Services
from tests.pbx.bulk.bulk_driver import row, statuses
from tests.pbx.extension_driver import create_live
from tests.slash_commands import TESTER

FIRST = Actor("api", "hr-sync", 7)
ROWS = [
    row("101", 1, "Alice", secret=SecretStr("SecurePass123")),
    row("102", 2, "Bob", notes="desk"),
    row("103", 3, "Carol"),
    row("103", 4, "Carol"),
]


@pytest.fixture
def cut_off(services: Services) -> list[AuditEntry]:
    """102 was there before; what the process did that ended behind its commit."""
    create_live(services, "102", "Bob")
    upsert.commit(services, check(services, ROWS), by=FIRST)
    return [each for each in audit.latest(services.database)[::-1] if each.request_id == FIRST.request_id]


def again(services: Services, acts: list[AuditEntry], rows: list[Row] = ROWS) -> list[Outcome]:
    before = audit.latest(services.database)
    found = resume.resumed(services, check(services, rows), acts)
    assert audit.latest(services.database) == before
    return upsert.publish_all(services, found)


def test_what_was_done_is_told_with_the_secrets_that_nobody_knows_yet(
    services: Services, cut_off: list[AuditEntry]
) -> None:
    alice, bob, carol, twice = again(services, cut_off)
    assert [str(each.status) for each in (alice, bob, carol, twice)] == [
        "created", "changed", "created", "refused"
    ]  # fmt: skip
    assert (alice.made_secret, carol.made_secret, bob.new_secret) == (False, True, None)
    assert carol.new_secret == services.cipher.decrypt(extensions.get(services, "103").encrypted_secret)
    assert (bob.changes, bob.seen_revision) == ({"notes": [None, "desk"]}, 1)


def test_what_somebody_changed_since_stays_and_is_said(services: Services, cut_off: list[AuditEntry]) -> None:
    extensions.change(services, "102", Changes(notes="theirs"), by=TESTER)
    extensions.change(services, "103", Changes(name="Theirs"), by=TESTER)
    _, bob, carol, _ = again(services, cut_off)
    assert (extensions.get(services, "102").notes, extensions.get(services, "103").name) == (
        "theirs",
        "Theirs",
    )
    assert (str(bob.status), bob.warnings) == ("changed", (f"{TESTER} has changed it since: notes",))
    assert (str(carol.status), carol.warnings) == ("created", (f"{TESTER} has changed it since: name",))
    assert carol.new_secret


def test_a_secret_that_somebody_has_set_since_is_not_told(
    services: Services, cut_off: list[AuditEntry]
) -> None:
    extensions.change(services, "103", Changes(secret=SecretStr("Another-one-1")), by=TESTER)
    carol = again(services, cut_off)[2]
    assert (carol.new_secret, carol.made_secret) == (None, False)


def test_what_somebody_deleted_since_is_not_made_once_more(
    services: Services, cut_off: list[AuditEntry]
) -> None:
    extensions.delete(services, "103", by=TESTER)
    carol = again(services, cut_off)[2]
    assert carol.faults[0].detail.endswith(f"and {TESTER} has deleted it since")
    assert numbers.find(services, "103") is None


def test_a_row_that_the_first_one_found_so_already_is_not_carried_out_now(
    services: Services, cut_off: list[AuditEntry]
) -> None:
    create_live(services, "104", "Theirs")
    found = again(services, cut_off, [*ROWS, row("104", 5, "Mine")])
    assert statuses(found)["104"] == "refused"
    assert extensions.get(services, "104").name == "Theirs"
