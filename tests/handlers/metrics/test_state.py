"""What /metrics reads of the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import Metric

from app import create_app
from handlers.alerts.watchdogs import LISTENER, ListenerWatchdog
from handlers.metrics import state
from models import inbox, outbox
from models.extension import State
from models.hr_delivery import DeliveryState, HrDelivery
from models.inbox import InboxRequest
from models.inbox_answer import InboxAnswer
from models.incident import Incident
from models.phone import Phone
from models.types import now
from pbx.services import Services
from tests.factories import insert_extension


@pytest.fixture
def watchdog(quiet: Services) -> ListenerWatchdog:
    found: ListenerWatchdog = create_app(quiet.settings).extensions[LISTENER]
    return found


def read(services: Services, watchdog: ListenerWatchdog) -> dict[str, dict[str, float]]:
    """Return the values by name and label; an empty one for those without."""
    return {each.name: values(each) for each in state.of_database(services, watchdog)}


def values(family: Metric) -> dict[str, float]:
    return {",".join(each.labels.values()): each.value for each in family.samples}


def test_of_an_empty_database_every_state_is_zero(quiet: Services, watchdog: ListenerWatchdog) -> None:
    found = read(quiet, watchdog)
    assert found["switchhook_extensions"] == {"pending": 0, "live": 0, "failed": 0, "deleting": 0}
    assert found["switchhook_hr_deliveries"] == {"waiting": 0, "needs_details": 0, "needs_choice": 0}
    assert found["switchhook_registered_phones"] == {"": 0}
    assert found["switchhook_outbox_messages"] == {"": 0}
    assert found["switchhook_outbox_oldest_message_age_seconds"] == {"": 0}


def test_rows_are_counted_by_state(quiet: Services, watchdog: ListenerWatchdog) -> None:
    insert_extension(quiet, "101", state=State.LIVE)
    insert_extension(quiet, "102", state=State.LIVE)
    insert_extension(quiet, "103", state=State.FAILED)
    delivery: dict[str, Any] = {"source": "standard", "received_at": now(), "events": []}
    phone: dict[str, Any] = {"address": "10.0.0.1", "since": now()}
    with quiet.database.session() as session:
        session.add_all(
            [
                HrDelivery(key="1", state=DeliveryState.WAITING, **delivery),
                HrDelivery(key="2", state=DeliveryState.DONE, **delivery),
                Phone(number="101", port=1, **phone),
                Phone(number="101", port=2, registered=False, **phone),
            ]
        )
    found = read(quiet, watchdog)
    assert found["switchhook_extensions"] == {"pending": 0, "live": 2, "failed": 1, "deleting": 0}
    assert found["switchhook_hr_deliveries"] == {"waiting": 1, "needs_details": 0, "needs_choice": 0}
    assert found["switchhook_registered_phones"] == {"": 1}


def test_the_outbox_is_as_old_as_what_slack_lacks(quiet: Services, watchdog: ListenerWatchdog) -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    with quiet.database.session() as session:
        unsent = outbox.enqueue(session, "C0PHONES", "call:1", {})
        unsent.created_at -= hour
        edited = outbox.enqueue(session, "C0PHONES", "call:2", {})
        edited.ts, edited.created_at = "1700000000.1", edited.created_at - day
        sent = outbox.enqueue(session, "C0PHONES", "call:3", {}, due=False)
        sent.created_at, sent.updated_at = now() - day, now() - day
    found = read(quiet, watchdog)
    assert found["switchhook_outbox_messages"] == {"": 2}
    assert 3600 <= found["switchhook_outbox_oldest_message_age_seconds"][""] < 7200


def test_what_waits_of_slacks_is_as_old_as_it_was_asked_for(
    quiet: Services, watchdog: ListenerWatchdog
) -> None:
    none = {"requests": 0, "answers": 0}
    found = read(quiet, watchdog)
    assert found["switchhook_slack_waiting"] == found["switchhook_slack_oldest_waiting_age_seconds"] == none
    hour = timedelta(hours=1)
    answer = InboxAnswer(request=1, sealed="", asked_at=now() - hour, tried_at=now(), next_try_at=now())
    late = InboxAnswer(request=2, sealed="", asked_at=now(), tried_at=now(), next_try_at=now(), is_late=True)
    with quiet.database.session() as session:
        session.add_all([answer, late])
        request = InboxRequest(body_hash="a", kind="command", request_id="r")
        inbox.add(session, quiet.cipher, request, "{}")
    found = read(quiet, watchdog)
    assert found["switchhook_slack_waiting"] == {"requests": 1, "answers": 1}
    assert 3600 <= found["switchhook_slack_oldest_waiting_age_seconds"]["answers"] < 7200
    assert found["switchhook_slack_oldest_waiting_age_seconds"]["requests"] < 3600


def test_a_clock_that_is_ahead_makes_no_negative_age(quiet: Services, watchdog: ListenerWatchdog) -> None:
    with quiet.database.session() as session:
        outbox.enqueue(session, "C0PHONES", "call:1", {}).created_at += timedelta(hours=1)
    assert read(quiet, watchdog)["switchhook_outbox_oldest_message_age_seconds"] == {"": 0}


def test_as_long_as_nobody_knows_whether_a_listener_runs_nothing_is_said_of_it(
    quiet: Services, watchdog: ListenerWatchdog
) -> None:
    assert not [name for name in read(quiet, watchdog) if "listener" in name or "incident" in name]


def test_without_a_listener_what_it_found_last_is_left_out(
    quiet: Services, watchdog: ListenerWatchdog
) -> None:
    with quiet.database.session() as session:
        session.add(Incident(subject="publishing", resolved=False))
    watchdog.is_running = False
    found = read(quiet, watchdog)
    assert found["switchhook_listener_running"] == {"": 0}
    assert "switchhook_listener_connected" not in found
    assert "switchhook_incident" not in found


def test_what_a_listener_finds_wrong_is_one_until_it_is_over(
    quiet: Services, watchdog: ListenerWatchdog
) -> None:
    with quiet.database.session() as session:
        session.add(Incident(subject="asterisk", resolved=False))
        session.add(Incident(subject="publishing", resolved=True))
        session.add(Incident(subject="secrets", resolved=False, recovering_since=now()))
    watchdog.is_running = True
    found = read(quiet, watchdog)
    assert found["switchhook_listener_running"] == {"": 1}
    assert found["switchhook_listener_connected"] == {"": 0}
    assert found["switchhook_incident"] == {"asterisk": 1, "publishing": 0, "secrets": 0}
