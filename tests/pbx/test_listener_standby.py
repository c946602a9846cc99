"""Two listeners that hear the same: what becomes of it when the one that stores is gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.lease import LISTENER_LEASE, LeaseHolder
from pbx.fact_store import FactStore
from pbx.facts import OpenCall, PhoneRegistered
from pbx.services import Services
from tests.factories import free_lease, registered, store
from tests.pbx import listener_driver
from tests.pbx.listener_driver import (
    CALL,
    Listen,
    ListenerRun,
    call,
    contact,
    contact_status,
    facts,
    wait_for_events,
)
from tests.pbx.scripted_pbx import ScriptedPbx
from tests.waiting import wait_for

pbx, services, listen = listener_driver.pbx, listener_driver.services, listener_driver.listen


@pytest.fixture
def standby(services: Services, listen: Listen) -> Iterator[FactStore]:
    """Of a second listener, beside the one that has the lease."""
    listen()
    made = FactStore(services.database, LeaseHolder(services.database, LISTENER_LEASE))
    run = ListenerRun(services, made)
    run.wait_connected()
    assert not made.take_over()
    yield made
    run.stop()
    run.wait_ended()


def test_a_call_whose_listener_dies_within_it_is_stored_once(
    services: Services, pbx: ScriptedPbx, standby: FactStore
) -> None:
    *before, first, last = call()
    pbx.send_all(*before)
    wait_for_events(services, 2)
    free_lease(services)  # the holder is gone
    pbx.send_all(first, last)
    wait_for(lambda: len(standby.kept) == 3)
    assert standby.take_over()
    assert facts(services) == CALL
    wait_for(lambda: not standby.must_resync)
    pbx.send_all(contact_status("101", "Reachable"))
    wait_for_events(services, 4)
    # A resync may find it gone again: this PBX lists no contacts.
    assert facts(services)[:4] == [*CALL, ("registered", "101", False)]


def test_who_takes_over_compares_with_rows_and_asterisk_on_the_same_connection(
    services: Services, pbx: ScriptedPbx, standby: FactStore
) -> None:
    """Of 101 it has heard nothing. The call that it has heard goes on, and is told once."""
    *before, first, last = call()
    pbx.send_all(*before)
    wait_for_events(services, 2)
    pbx.channels = [
        {"Channel": name, "Uniqueid": unique, "Linkedid": "17.1", "ChannelState": "6", "Duration": "00:00:30"}
        for name, unique in (("PJSIP/101-00000000", "17.1"), ("PJSIP/102-00000001", "17.11"))
    ]
    store(services, registered("101"))
    pbx.contacts = [contact("102")]
    free_lease(services)
    assert standby.take_over()
    wait_for_events(services, 5)
    assert sorted(facts(services)[3:]) == [("registered", "102", True), ("unregistered", "101", True)]
    pbx.send_all(first, last)
    wait_for_events(services, 6)
    assert facts(services)[5:] == [("ended", "102", False)]
    assert pbx.asked.count("Login") == 2


def test_a_listener_keeps_what_it_hears_from_one_connection_to_the_next(
    services: Services, pbx: ScriptedPbx, standby: FactStore
) -> None:
    pbx.send_all(*call())
    wait_for_events(services, 3)
    free_lease(services)
    pbx.send_all(*call(call_id="18.1"))
    wait_for(lambda: len(standby.kept) == 6)
    pbx.close_connections()
    again = ListenerRun(services, standby)
    again.wait_connected()
    assert standby.take_over()
    wait_for(lambda: not standby.must_resync)
    again.stop()
    again.wait_ended()
    assert facts(services) == [*CALL, *CALL]


def test_what_was_heard_before_the_rows_were_read_is_not_stored_once_more(
    services: Services, pbx: ScriptedPbx, listen: Listen
) -> None:
    """On a busy machine they are read seconds after the connection is there."""
    listen()
    holder = LeaseHolder(services.database, LISTENER_LEASE)

    class Slow(FactStore):
        def begin(self) -> tuple[list[PhoneRegistered], list[OpenCall]]:
            pbx.send_all(*call())
            wait_for_events(services, 3)
            return super().begin()

    standby = Slow(services.database, holder)
    run = ListenerRun(services, standby)
    run.wait_connected()
    pbx.send_all(contact_status("101", "Reachable"))
    wait_for(lambda: any(isinstance(fact, PhoneRegistered) for fact in standby.kept))
    assert len(standby.kept) == 1
    run.stop()
    run.wait_ended()
