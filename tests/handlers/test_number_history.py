"""Who had a number at a moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from handlers.number_history import Had, NumberHistory
from models import audit
from models.actor import SWITCHHOOK
from models.audit import AuditEntry
from models.types import now
from pbx.services import Services
from pbx.settling.newer import KEPT
from tests.factories import insert_extension

MINUTE = timedelta(minutes=1)
BOB, DAVE = "U0BOB0001", "U0DAVE001"


def had(services: Services, at: datetime) -> Had | None:
    with services.database.session() as session:
        return NumberHistory(session, at - MINUTE, ["101"]).at("101", at)


def note(services: Services, action: str, ago: timedelta, changes: dict[str, Any]) -> None:
    with services.database.session() as session:
        entry = AuditEntry(
            at=now() - ago, actor=str(SWITCHHOOK), action=action, number="101", changes=changes
        )
        session.add(entry)


def test_what_was_changed_since_counts_as_it_was_before(quiet: Services) -> None:
    insert_extension(quiet, "101", name="Dave", slack_user_id=DAVE, created_at=now() - 9 * MINUTE)
    note(quiet, "changed", 5 * MINUTE, {"slack_user_id": [BOB, None]})
    note(
        quiet, "changed", 3 * MINUTE, {"name": ["Bob", "Dave"], "slack_user_id": [None, DAVE], "secret": None}
    )
    assert had(quiet, now() - 6 * MINUTE) == Had("Bob", BOB)
    assert had(quiet, now() - 4 * MINUTE) == Had("Bob", None)
    assert had(quiet, now()) == Had("Dave", DAVE)


def test_before_it_was_made_nobody_had_it(quiet: Services) -> None:
    insert_extension(quiet, "101", slack_user_id=DAVE, created_at=now() - 5 * MINUTE)
    assert had(quiet, now() - 6 * MINUTE) is None
    note(
        quiet,
        audit.CREATED,
        5 * MINUTE - timedelta(seconds=1),
        {"name": [None, "Alice"], "slack_user_id": [None, DAVE]},
    )
    assert had(quiet, now() - 6 * MINUTE) is None
    assert had(quiet, now() - 5 * MINUTE) == Had("Alice", DAVE)


def test_who_had_a_deleted_one_is_known_from_its_deletion(quiet: Services) -> None:
    note(quiet, audit.DELETED, 5 * MINUTE, {"name": ["Bob", None], "slack_user_id": [BOB, None]})
    note(quiet, audit.CREATED, 4 * MINUTE, {"name": [None, "Alice"]})
    note(quiet, audit.DELETED, 3 * MINUTE, {"name": ["Alice", None]})
    insert_extension(quiet, "101", name="Dave", slack_user_id=DAVE, created_at=now() - 2 * MINUTE)
    note(quiet, audit.CREATED, 2 * MINUTE, {"name": [None, "Dave"], "slack_user_id": [None, DAVE]})
    moments = [now() - minutes * MINUTE for minutes in (6, 4.5, 3.5, 2.5)]
    assert [had(quiet, each) for each in moments] == [Had("Bob", BOB), None, Had("Alice", None), None]


def test_what_was_kept_when_an_older_state_was_settled_had_been_so_all_the_time(quiet: Services) -> None:
    insert_extension(quiet, "101", name="Alice", slack_user_id=DAVE, created_at=now() - 9 * MINUTE)
    note(quiet, KEPT, 3 * MINUTE, {"name": ["Bob", "Alice"], "slack_user_id": [BOB, None]})
    assert had(quiet, now() - 5 * MINUTE) == Had("Alice", DAVE)
