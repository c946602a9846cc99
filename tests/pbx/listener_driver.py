"""What the tests of the listener work with: running listeners, what a PBX says, and what was stored of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlmodel import col, select

from models.event import Event
from pbx.fact_store import FactStore
from pbx.listener import Listener
from pbx.services import Services
from tests.factories import holder_of, insert_extension
from tests.pbx.scripted_pbx import ScriptedPbx, channel, event
from tests.waiting import wait_for

SECONDS = 60.0  # after which something does not happen any more


@pytest.fixture
def pbx() -> Iterator[ScriptedPbx]:
    with ScriptedPbx() as running:
        yield running


@pytest.fixture
def services(quiet: Services, pbx: ScriptedPbx) -> Services:
    """Extensions 101 and 102, on that PBX."""
    for number in ("101", "102"):
        insert_extension(quiet, number)
    return Services(quiet.settings.model_copy(update={"ami_port": pbx.port}), quiet.database, quiet.cipher)


class ListenerRun:
    """A listener in a thread of its own."""

    def __init__(self, services: Services, facts: FactStore) -> None:
        self.ended_with: BaseException | None = None
        self._stop = threading.Event()
        self._connected = threading.Event()
        self._listener = Listener(services, facts, self._stop, self._connected.set)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def wait_connected(self) -> None:
        assert self._connected.wait(SECONDS), self.ended_with

    def wait_ended(self) -> BaseException | None:
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()
        return self.ended_with

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        try:
            self._listener.run()
        except Exception as error:
            self.ended_with = error


Listen = Callable[[], ListenerRun]


@pytest.fixture
def listen(services: Services) -> Iterator[Listen]:
    """Start a listener; all are stopped at the end."""
    runs: list[ListenerRun] = []
    facts = FactStore(services.database, holder_of(services))

    def start() -> ListenerRun:
        runs.append(ListenerRun(services, facts))
        runs[-1].wait_connected()
        return runs[-1]

    yield start
    for run in runs:
        run.stop()
        run.wait_ended()


def stored(services: Services) -> list[Event]:
    with services.database.session() as session:
        return list(session.exec(select(Event).order_by(col(Event.id))))


def facts(services: Services) -> list[tuple[str, str, bool]]:
    """Kind and number of every event, and whether it was found later."""
    return [(row.kind.value, row.number, row.backfilled) for row in stored(services)]


def wait_for_events(services: Services, count: int) -> list[Event]:
    wait_for(lambda: len(stored(services)) >= count)
    return stored(services)


def call(name: str = "Alice", call_id: str = "17.1", more: bytes = b"") -> list[bytes]:
    """101 calls 102, who answers; then both hang up."""
    caller, callee = "PJSIP/101-00000000", "PJSIP/102-00000001"
    second, both = f"{call_id}1", {"Linkedid": call_id}
    up = event(Event="Newstate", Channel=callee, Uniqueid=second, ChannelState="6", **both)
    busy = channel(
        caller, call_id, call_id, ChannelState="4", CallerIDNum="101", CallerIDName=name, Exten="102"
    )
    return [
        busy.removesuffix(b"\r\n") + more + b"\r\n",
        channel(callee, second, call_id, ChannelState="0"),
        event(Event="Newstate", Channel=callee, Uniqueid=second, ChannelState="5", **both),
        up,
        event(Event="DialEnd", Uniqueid=call_id, DestUniqueid=second, DialStatus="ANSWER"),
        hangup(callee, second, call_id),
        hangup(caller, call_id, call_id),
    ]


def hangup(name: str, unique: str, linked: str) -> bytes:
    return event(
        Event="Hangup",
        Channel=name,
        Uniqueid=unique,
        Linkedid=linked,
        Cause="16",
        Cause_txt="Normal Clearing",
    )


def contact_status(number: str, status: str, port: int = 5060) -> bytes:
    uri = f"sip:{number}@192.0.2.7:{port}"
    return event(Event="ContactStatus", URI=uri, ContactStatus=status, AOR=number, EndpointName=number)


def contact(number: str, port: int = 5060, status: str = "Reachable") -> dict[str, str]:
    uri = f"sip:{number}@192.0.2.7:{port}"
    return {
        "Uri": uri,
        "Endpoint": number,
        "UserAgent": "Snom 300",
        "Status": status,
        "RoundtripUsec": "2000",
    }


CALL = [("ringing", "102", False), ("answered", "102", False), ("ended", "102", False)]
