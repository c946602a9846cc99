"""A flood of failed logins: stored once a second at most, and all of it, also when the run ends."""

from __future__ import annotations

import time

from sqlalchemy import event as database_event

from pbx.errors import AsteriskUnavailable
from pbx.services import Services
from tests.pbx import listener_driver
from tests.pbx.listener_driver import CALL, Listen, call, facts, stored
from tests.pbx.scripted_pbx import ScriptedPbx, event
from tests.waiting import wait_for

pbx, services, listen = listener_driver.pbx, listener_driver.services, listener_driver.listen


def failed(place: int) -> bytes:
    address = f"IPV4/UDP/203.0.113.{place % 10}/5060"
    return event(
        Event="InvalidAccountID",
        Service="PJSIP",
        AccountID="666",
        SessionID=f"s{place}",
        LocalAddress="IPV4/UDP/192.0.2.1/5060",
        RemoteAddress=address,
    )


def attempts(services: Services) -> int:
    return sum(row.count for row in stored(services) if row.kind == "login_failed")


def test_failed_logins_are_held_back_and_delay_no_calls(
    services: Services, pbx: ScriptedPbx, listen: Listen
) -> None:
    writes: list[str] = []
    listen()
    database_event.listen(
        services.database.engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_: writes.append(statement),
    )
    began = time.monotonic()
    for place in range(300):
        pbx.send(failed(place))
        time.sleep(0.005)
    pbx.send(*call())
    wait_for(lambda: len(facts(services)) >= 3 and attempts(services) == 300)
    took = time.monotonic() - began
    assert [fact for fact in facts(services) if fact[0] != "login_failed"] == CALL
    asked = [each for each in writes if "event.kind = ?" in each and "LIMIT" in each and "ORDER BY" in each]
    assert len(asked) <= took + 2


def test_failed_logins_held_back_are_stored_when_the_connection_ends(
    services: Services, pbx: ScriptedPbx, listen: Listen
) -> None:
    run = listen()
    for place in range(50):
        pbx.send(failed(place))
        time.sleep(0.005)
    pbx.close_connections()
    assert isinstance(run.wait_ended(), AsteriskUnavailable)
    assert attempts(services) == 50
