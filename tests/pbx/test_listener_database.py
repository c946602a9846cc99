"""The listener while the database or the lease is away: events wait, and each is stored once or by another."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import event as sqlalchemy_event

from models import database
from models.lease import LISTENER_LEASE, Lease
from pbx import listener
from pbx.services import Services
from tests.database_lock import write_locked
from tests.pbx import listener_driver
from tests.pbx.listener_driver import CALL, Listen, call, contact_status, facts, stored, wait_for_events
from tests.pbx.scripted_pbx import ScriptedPbx, event
from tests.waiting import wait_for

pbx, services, listen = listener_driver.pbx, listener_driver.services, listener_driver.listen


@pytest.fixture
def impatient(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database gives up waiting for a lock soon."""
    monkeypatch.setattr(database, "SQLITE_BUSY_MS", 50)
    monkeypatch.setattr(listener, "RETRY_STORE_SECONDS", 0.05)
    services.database.close()  # connections to come are made anew


@pytest.mark.usefixtures("impatient")
def test_events_wait_for_a_locked_database_and_each_is_stored_once(
    services: Services, pbx: ScriptedPbx, listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    listen()
    refused: list[object] = []
    sqlalchemy_event.listen(services.database.engine, "handle_error", refused.append)
    with write_locked(services):
        for place in range(50):
            pbx.send(*call(call_id=f"{place}.1"))
        wait_for(lambda: "the database does not take events" in caplog.text)
        refused.clear()
        wait_for(lambda: len(refused) >= 5)
        assert caplog.text.count("the database does not take events") == 1
        assert stored(services) == []
    wait_for_events(services, 150)
    pbx.send(contact_status("101", "Reachable"))
    wait_for_events(services, 151)
    assert facts(services) == [fact for _ in range(50) for fact in CALL] + [("registered", "101", False)]


@pytest.mark.usefixtures("impatient")
def test_the_listener_can_be_stopped_while_the_database_is_locked(
    services: Services, pbx: ScriptedPbx, listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    run = listen()
    with write_locked(services):
        pbx.send(*call())
        wait_for(lambda: "the database does not take events" in caplog.text)
        run.stop()
        assert run.wait_ended() is None
    assert stored(services) == []


def test_a_listener_that_lost_the_lease_listens_on_and_stores_nothing_more(
    services: Services, pbx: ScriptedPbx, listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    run = listen()
    with services.database.session() as session:
        lost = session.get(Lease, LISTENER_LEASE)
        assert lost
        lost.holder = "another"
    pbx.send(*call())
    wait_for(lambda: "facts are kept" in caplog.text)
    run.stop()
    assert run.wait_ended() is None
    assert stored(services) == []


@pytest.mark.usefixtures("impatient")
def test_a_listener_stops_while_its_queue_is_full(
    services: Services,
    pbx: ScriptedPbx,
    listen: Listen,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(listener, "MAX_QUEUED", 2)
    run = listen()
    with write_locked(services):
        threading.Thread(
            target=lambda: pbx.send(*call(), *[event(Event="Newchannel")] * 10_000), daemon=True
        ).start()
        wait_for(lambda: "the database does not take events" in caplog.text)
        run.stop()
        assert run.wait_ended() is None


@pytest.mark.usefixtures("impatient")
def test_asterisk_is_not_taken_for_gone_while_its_news_wait_to_be_read(
    services: Services,
    pbx: ScriptedPbx,
    listen: Listen,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(listener, "MAX_QUEUED", 50)
    monkeypatch.setattr(listener, "BATCH", 1)
    monkeypatch.setattr(listener, "PING_SECONDS", 0.1)
    monkeypatch.setattr(listener, "PING_TIMEOUT_SECONDS", 10.0)
    listen()
    with write_locked(services):
        pbx.send(*call(), *[event(Event="Newchannel")] * 90)
        wait_for(lambda: "the database does not take events" in caplog.text)
        time.sleep(0.3)  # longer than Asterisk may be silent
    wait_for_events(services, len(CALL))
    pbx.send(contact_status("101", "NonQualified", 1111), contact_status("101", "Reachable", 1111))
    wait_for_events(services, len(CALL) + 1)
