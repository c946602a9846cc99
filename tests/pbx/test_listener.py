"""The listener against a PBX that says odd things, falls silent and hangs up, with a real database."""

from __future__ import annotations

import time

import pytest
from sqlmodel import col, delete

from models import listening_gap
from models.event import EventKind
from models.extension import Extension
from pbx import listener
from pbx.errors import AsteriskUnavailable
from pbx.services import Services
from tests.database_lock import write_locked
from tests.factories import answered, insert_extension, registered, ringing, store
from tests.pbx import listener_driver
from tests.pbx.listener_driver import (
    CALL,
    Listen,
    call,
    contact,
    contact_status,
    facts,
    stored,
    wait_for_events,
)
from tests.pbx.scripted_pbx import ScriptedPbx

pbx, services, listen = listener_driver.pbx, listener_driver.services, listener_driver.listen


# What it is told

HOSTILE = [
    b"CallerIDName2: J\xf6rg \xff\xfe",
    b"ChanVariable: a=1\r\nChanVariable: b=2\r\nChanVariable(PJSIP/101-00000000): c=3",
    b"no colon at all\r\n: nameless\r\nempty:",
    b"Output: " + b"x" * 1_000_000,
]


def test_hostile_names_and_headers_stop_nothing(services: Services, pbx: ScriptedPbx, listen: Listen) -> None:
    listen()
    name = "张 \u2028 \x1b[31m %s {b} 'c'; DROP TABLE event"
    messages = call(name, more=b"\r\n".join(HOSTILE) + b"\r\n")
    pbx.send(*[message.replace("张".encode(), b"J\xf6rg") for message in messages])
    row, *_ = wait_for_events(services, 3)
    assert facts(services) == CALL
    assert row.peer_name == "J\ufffdrg \ufffd \ufffd[31m %s {b} 'c'; DROP TABLE event"


def test_what_comes_before_the_filters_is_not_believed(
    services: Services, pbx: ScriptedPbx, listen: Listen
) -> None:
    """A stranger's line breaks may have forged it; the lists that are asked for next say what is so."""
    pbx.said_at_login = contact_status("101", "Reachable", 1111)
    listen()
    pbx.send(contact_status("102", "Reachable"))
    assert [row.number for row in wait_for_events(services, 1)] == ["102"]


def test_a_phone_is_stored_with_its_user_agent_which_events_do_not_have(
    services: Services, pbx: ScriptedPbx, listen: Listen
) -> None:
    listen()
    pbx.contacts = [contact("101", 1111), contact("101", 2222) | {"UserAgent": "another"}]
    pbx.send(contact_status("101", "NonQualified", 1111), contact_status("101", "Reachable", 1111))
    (row,) = wait_for_events(services, 1)
    assert (row.kind, row.address, row.port, row.user_agent) == (
        EventKind.REGISTERED,
        "192.0.2.7",
        1111,
        "Snom 300",
    )


def test_a_phone_is_stored_without_a_user_agent_when_asterisk_does_not_answer(
    services: Services, pbx: ScriptedPbx, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "USER_AGENT_TIMEOUT_SECONDS", 0.1)
    listen()
    pbx.silent.set()
    pbx.send(contact_status("101", "Reachable"))
    (row,) = wait_for_events(services, 1)
    assert (row.kind, row.user_agent) == (EventKind.REGISTERED, "")


def test_calls_and_phones_of_others_are_not_stored(
    services: Services, pbx: ScriptedPbx, listen: Listen
) -> None:
    with services.database.session() as session:
        session.exec(delete(Extension))
    listen()
    pbx.send(contact_status("101", "Reachable"), *call(call_id="16.1"))
    insert_extension(services, "103")
    pbx.send(contact_status("103", "Reachable"))
    wait_for_events(services, 1)
    assert facts(services) == [("registered", "103", False)]


def test_a_phone_that_moves_while_the_database_is_slow_did_not_go_offline(
    services: Services, pbx: ScriptedPbx, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its removal is in one batch and its return in the next, which waits for longer than a removal is held back."""
    monkeypatch.setattr(listener, "BATCH", 1)
    listen()
    pbx.send(contact_status("101", "NonQualified", 1111), contact_status("101", "Reachable", 1111))
    wait_for_events(services, 1)
    with write_locked(services):
        gone = contact_status("102", "Reachable"), contact_status("101", "Removed", 1111)
        back = contact_status("101", "NonQualified", 2222), contact_status("101", "Reachable", 2222)
        pbx.send(*gone, *back)  # at once, so that it was not away for long
        time.sleep(3)
    wait_for_events(services, 3)
    assert facts(services)[1:] == [("registered", "102", False), ("moved", "101", False)]


# When Asterisk goes away


def test_a_connection_that_closes_within_an_event_stores_all_before_it(
    services: Services, pbx: ScriptedPbx, listen: Listen
) -> None:
    run = listen()
    *before, last = call()
    pbx.send(*before, last[: len(last) // 2])
    pbx.close_connections()
    assert isinstance(run.wait_ended(), AsteriskUnavailable)
    assert facts(services) == CALL[:2]
    listen()  # neither channel is there any more
    with services.database.session() as session:
        gap = listening_gap.unfilled(session)
    assert gap
    assert gap.unfinished == ["17.1"]  # how it ended is asked of Asterisk's records
    assert facts(services) == CALL[:2]


def test_a_silent_connection_is_noticed_and_a_ping_is_all_it_takes(
    services: Services, pbx: ScriptedPbx, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = (
        listener.USER_AGENT_TIMEOUT_SECONDS
        + listener.TICK_SECONDS
        + listener.PING_SECONDS
        + listener.PING_TIMEOUT_SECONDS
    )
    assert longest < 10
    monkeypatch.setattr(listener, "PING_SECONDS", 0.1)
    monkeypatch.setattr(listener, "PING_TIMEOUT_SECONDS", 10.0)
    run = listen()
    pbx.wait_for("Ping", 2)
    assert run.ended_with is None
    monkeypatch.setattr(listener, "PING_TIMEOUT_SECONDS", 0.3)
    pbx.silent.set()
    ended_with = run.wait_ended()
    assert isinstance(ended_with, AsteriskUnavailable)
    assert "did not answer within" in str(ended_with)


def test_events_between_two_sessions_are_stored_as_backfilled(
    services: Services, pbx: ScriptedPbx, listen: Listen
) -> None:
    """101's phone went, 102's came, a call ended and another began."""
    began = time.time() - 60
    store(services, registered("101", began), ringing("17.1", at=began), answered("17.1", at=began + 1))
    pbx.contacts = [contact("102")]
    pbx.channels = [
        {"Channel": "PJSIP/102-00000005", "Uniqueid": "18.1", "Linkedid": "18.1", "ChannelState": "6"}
        | {"CallerIDNum": "102", "Exten": "101", "Duration": "00:00:30"},
        {"Channel": "PJSIP/101-00000006", "Uniqueid": "18.2", "Linkedid": "18.1", "ChannelState": "5"}
        | {"CallerIDNum": "101", "ConnectedLineNum": "102", "Duration": "00:00:30"},
    ]
    listen()
    wait_for_events(services, 7)
    found = sorted(facts(services)[3:])
    assert found == [
        ("ended", "102", True),
        ("registered", "102", True),
        ("ringing", "101", True),
        ("unregistered", "101", True),
    ]
    row = next(row for row in stored(services) if row.kind is EventKind.REGISTERED and row.backfilled)
    assert (row.user_agent, row.round_trip_ms) == ("Snom 300", 2.0)


def test_phones_unchanged_between_two_sessions_are_not_stored_again(
    services: Services, pbx: ScriptedPbx, listen: Listen
) -> None:
    pbx.contacts = [contact("101"), contact("102", status="NonQualified")]
    for _ in range(3):
        run = listen()
        run.stop()
        run.wait_ended()
    assert sorted(facts(services)) == [("registered", "101", True), ("registered", "102", True)]


def test_a_phone_that_registered_by_a_clock_ahead_of_ours_is_unregistered_by_a_resync(
    services: Services, pbx: ScriptedPbx, listen: Listen
) -> None:
    store(services, registered("101", time.time() + 7200), registered("102", time.time() + 7200))
    pbx.contacts = [contact("102")]
    listen()
    wait_for_events(services, 3)
    assert facts(services)[2:] == [("unregistered", "101", True)]


def test_the_phone_of_an_extension_deleted_between_two_sessions_is_not_reported(
    services: Services, pbx: ScriptedPbx, listen: Listen
) -> None:
    store(services, registered("101"), registered("102"))
    with services.database.session() as session:
        session.exec(delete(Extension).where(col(Extension.number) == "101"))
    listen()
    wait_for_events(services, 3)
    assert facts(services)[2:] == [("unregistered", "102", True)]
