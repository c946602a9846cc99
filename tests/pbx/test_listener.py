"""The listener against a PBX that says odd things, falls silent and hangs up, with a real database."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlmodel import col, delete, select

from models import database
from models.event import Event, Kind
from models.extension import Extension
from models.lease import Lease
from pbx import lease, listener
from pbx.errors import AsteriskUnavailable
from pbx.lease import Holder, LeaseLost
from pbx.listener import LEASE, Listener
from pbx.system import PhoneSystem
from tests.happening import came, holder_of, put_extension, rings, store, takes
from tests.pbx.scripted import ScriptedPbx, channel, event

SECONDS = 20  # after which something does not happen any more


@pytest.fixture
def pbx() -> Iterator[ScriptedPbx]:
    with ScriptedPbx() as running:
        yield running


@pytest.fixture
def system(quiet: PhoneSystem, pbx: ScriptedPbx) -> PhoneSystem:
    """Extensions 101 and 102, on that PBX."""
    for number in ("101", "102"):
        put_extension(quiet, number)
    return PhoneSystem(quiet.settings.model_copy(update={"ami_port": pbx.port}), quiet.database, quiet.box)


class Turn:
    """One turn at listening, in a thread of its own."""

    def __init__(self, system: PhoneSystem, holder: Holder) -> None:
        self.ended_with: BaseException | None = None
        self._stop = threading.Event()
        self._connected = threading.Event()
        self._listener = Listener(system, holder, self._stop, self._connected.set)
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


@pytest.fixture
def listen(system: PhoneSystem) -> Iterator[Callable[[], Turn]]:
    """Starts a turn; all are stopped at the end."""
    turns: list[Turn] = []
    holder = holder_of(system)

    def start() -> Turn:
        turns.append(Turn(system, holder))
        turns[-1].wait_connected()
        return turns[-1]

    yield start
    for turn in turns:
        turn.stop()
        turn.wait_ended()


def stored(system: PhoneSystem) -> list[Event]:
    with system.database.session() as session:
        return list(session.exec(select(Event).order_by(col(Event.id))))


def facts(system: PhoneSystem) -> list[tuple[str, str, bool]]:
    """Kind and number of every event, and whether it was found later."""
    return [(row.kind.value, row.number, row.away) for row in stored(system)]


def wait_for(look: Callable[[], Any]) -> None:
    deadline = time.monotonic() + SECONDS
    while not look():
        assert time.monotonic() < deadline, look()
        time.sleep(0.02)


def wait_for_events(system: PhoneSystem, count: int) -> list[Event]:
    wait_for(lambda: len(stored(system)) >= count)
    return stored(system)


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


# What it is told


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Queue status will follow", "Queue status will follow"),
        ("x" * 10_000, "x" * 255),
        ("a: b: c", "a: b: c"),
        ("", ""),
        ("<unknown>", ""),
        ("Zoë 張偉 \u2028 \x1b[31m", "Zoë 張偉 \u2028 \x1b[31m"),
        ("%s %(a)s {b} 'c' \"d\"; DROP TABLE event", "%s %(a)s {b} 'c' \"d\"; DROP TABLE event"),
    ],
)
def test_a_caller_may_have_any_name(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn], name: str, known: str
) -> None:
    listen()
    pbx.say(*call(name))
    ringing, *_ = wait_for_events(system, 3)
    assert facts(system) == CALL
    assert ringing.peer_name == known


@pytest.mark.parametrize(
    "odd",
    [
        b"CallerIDName2: J\xf6rg \xff\xfe\r\n",
        b"ChanVariable: a=1\r\nChanVariable: b=2\r\nChanVariable(PJSIP/101-00000000): c=3\r\n",
        b"no colon at all\r\n: nameless\r\nempty:\r\n",
        b"Output: " + b"x" * 1_000_000 + b"\r\n",
    ],
)
def test_odd_headers_do_not_stop_it(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn], odd: bytes
) -> None:
    listen()
    pbx.say(*call(more=odd))
    wait_for_events(system, 3)
    assert facts(system) == CALL


def test_an_event_may_come_in_pieces_of_a_byte(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn]
) -> None:
    listen()
    for byte in b"".join(call("Zoë")):
        pbx.say(bytes([byte]))
    ringing, *_ = wait_for_events(system, 3)
    assert ringing.peer_name == "Zoë"


def test_a_name_in_broken_utf_8_is_kept_as_far_as_it_can_be_read(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn]
) -> None:
    listen()
    pbx.say(*[message.replace(b"Alice", b"J\xf6rg") for message in call("Alice")])
    ringing, *_ = wait_for_events(system, 3)
    assert ringing.peer_name == "J\ufffdrg"


def test_a_phone_is_stored_with_the_make_that_its_events_do_not_name(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn]
) -> None:
    listen()
    pbx.contacts = [contact("101", 1111), contact("101", 2222) | {"UserAgent": "another"}]
    pbx.say(contact_status("101", "NonQualified", 1111), contact_status("101", "Reachable", 1111))
    (row,) = wait_for_events(system, 1)
    assert (row.kind, row.address, row.port, row.user_agent) == (
        Kind.REGISTERED,
        "192.0.2.7",
        1111,
        "Snom 300",
    )


def test_a_phone_is_stored_also_when_nobody_says_its_make(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "NAME_PATIENCE", 0.1)
    listen()
    pbx.silent.set()
    pbx.say(contact_status("101", "Reachable"))
    (row,) = wait_for_events(system, 1)
    assert (row.kind, row.user_agent) == (Kind.REGISTERED, "")


def test_calls_and_phones_of_others_are_not_stored(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn]
) -> None:
    with system.database.session() as session:
        session.exec(delete(Extension))
    listen()
    pbx.say(contact_status("101", "Reachable"), *call(call_id="16.1"))
    put_extension(system, "103")
    pbx.say(contact_status("103", "Reachable"))
    wait_for_events(system, 1)
    assert facts(system) == [("registered", "103", False)]


def test_a_phone_that_moves_while_the_database_is_slow_did_not_go_offline(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its removal is in one batch and its return in the next, which waits for longer than a removal is held back."""
    monkeypatch.setattr(listener, "BATCH", 1)
    listen()
    pbx.say(contact_status("101", "NonQualified", 1111), contact_status("101", "Reachable", 1111))
    wait_for_events(system, 1)
    with locked(system):
        pbx.say(contact_status("102", "Reachable"), contact_status("101", "Removed", 1111))
        pbx.say(contact_status("101", "NonQualified", 2222), contact_status("101", "Reachable", 2222))
        time.sleep(3)
    wait_for_events(system, 3)
    assert facts(system)[1:] == [("registered", "102", False), ("moved", "101", False)]


# When Asterisk goes away


def test_when_asterisk_hangs_up_in_the_middle_of_an_event_all_before_it_is_stored(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn]
) -> None:
    turn = listen()
    *before, last = call()
    pbx.say(*before, last[: len(last) // 2])
    pbx.hang_up()
    assert isinstance(turn.wait_ended(), AsteriskUnavailable)
    assert facts(system) == CALL[:2]
    listen()  # neither channel is there any more
    wait_for_events(system, 3)
    assert facts(system) == [*CALL[:2], ("ended", "102", True)]


def test_a_silent_connection_is_noticed_and_a_ping_is_all_it_takes(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn], monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = listener.NAME_PATIENCE + listener.TICK_SECONDS + listener.PING_SECONDS + listener.PING_PATIENCE
    assert longest < 10
    monkeypatch.setattr(listener, "PING_SECONDS", 0.1)
    monkeypatch.setattr(listener, "PING_PATIENCE", 0.3)
    turn = listen()
    pbx.wait_for("Ping", 2)
    assert turn.ended_with is None
    pbx.silent.set()
    ended_with = turn.wait_ended()
    assert isinstance(ended_with, AsteriskUnavailable)
    assert "did not answer within 0.3 s" in str(ended_with)


def test_what_happened_between_two_turns_is_found_and_marked(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn]
) -> None:
    """101's phone went, 102's came, a call ended and another began."""
    began = time.time() - 60
    store(system, came("101", began), rings("17.1", at=began), takes("17.1", at=began + 1))
    pbx.contacts = [contact("102")]
    pbx.channels = [
        {"Channel": "PJSIP/102-00000005", "Uniqueid": "18.1", "Linkedid": "18.1", "ChannelState": "6"}
        | {"CallerIDNum": "102", "Exten": "101", "Duration": "00:00:30"},
        {"Channel": "PJSIP/101-00000006", "Uniqueid": "18.2", "Linkedid": "18.1", "ChannelState": "5"}
        | {"CallerIDNum": "101", "ConnectedLineNum": "102", "Duration": "00:00:30"},
    ]
    listen()
    wait_for_events(system, 7)
    found = sorted(facts(system)[3:])
    assert found == [
        ("ended", "102", True),
        ("registered", "102", True),
        ("ringing", "101", True),
        ("unregistered", "101", True),
    ]
    registered = next(row for row in stored(system) if row.kind is Kind.REGISTERED and row.away)
    assert (registered.user_agent, registered.round_trip_ms) == ("Snom 300", 2.0)


def test_what_did_not_change_between_two_turns_is_not_told_again(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn]
) -> None:
    pbx.contacts = [contact("101"), contact("102", status="NonQualified")]
    for _ in range(3):
        turn = listen()
        turn.stop()
        turn.wait_ended()
    assert sorted(facts(system)) == [("registered", "101", True), ("registered", "102", True)]


def test_after_the_clock_was_set_back_a_phone_that_went_is_still_missed(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn]
) -> None:
    store(system, came("101", time.time() + 7200), came("102", time.time() + 7200))
    pbx.contacts = [contact("102")]
    listen()
    wait_for_events(system, 3)
    assert facts(system)[2:] == [("unregistered", "101", True)]


def test_the_phone_of_an_extension_deleted_meanwhile_is_not_told_as_gone(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn]
) -> None:
    store(system, came("101"), came("102"))
    with system.database.session() as session:
        session.exec(delete(Extension).where(col(Extension.number) == "101"))
    listen()
    wait_for_events(system, 3)
    assert facts(system)[2:] == [("unregistered", "102", True)]


# When the database or the lease goes away


@contextmanager
def locked(system: PhoneSystem) -> Iterator[None]:
    with closing(sqlite3.connect(str(system.database.engine.url.database))) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


@pytest.fixture
def impatient(system: PhoneSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database gives up waiting for a lock soon."""
    monkeypatch.setattr(database, "SQLITE_BUSY_MS", 50)
    monkeypatch.setattr(listener, "STORE_AGAIN_SECONDS", 0.05)
    system.database.close()  # connections to come are made anew


@pytest.mark.usefixtures("impatient")
def test_while_the_database_is_locked_events_wait_and_each_is_stored_once(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn], caplog: pytest.LogCaptureFixture
) -> None:
    listen()
    with locked(system):
        for place in range(50):
            pbx.say(*call(call_id=f"{place}.1"))
        wait_for(lambda: caplog.text.count("the database does not take events") >= 5)
        assert stored(system) == []
    wait_for_events(system, 150)
    pbx.say(contact_status("101", "Reachable"))
    wait_for_events(system, 151)
    assert facts(system) == [fact for _ in range(50) for fact in CALL] + [("registered", "101", False)]


@pytest.mark.usefixtures("impatient")
def test_it_can_be_stopped_while_the_database_is_locked(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn], caplog: pytest.LogCaptureFixture
) -> None:
    turn = listen()
    with locked(system):
        pbx.say(*call())
        wait_for(lambda: "the database does not take events" in caplog.text)
        turn.stop()
        assert isinstance(turn.wait_ended(), LeaseLost)
    assert stored(system) == []


def test_a_read_only_database_is_waited_for(
    system: PhoneSystem,
    pbx: ScriptedPbx,
    listen: Callable[[], Turn],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(listener, "STORE_AGAIN_SECONDS", 0.05)
    listen()
    read_only = [True]
    keep = Holder.renew

    def renew(self: Holder, session: Any, name: str) -> None:
        if read_only[0]:
            session.connection().exec_driver_sql("PRAGMA query_only=ON")
        else:
            session.connection().exec_driver_sql("PRAGMA query_only=OFF")
        keep(self, session, name)

    monkeypatch.setattr(Holder, "renew", renew)
    pbx.say(*call())
    wait_for(lambda: "attempt to write a readonly database" in str([vars(each) for each in caplog.records]))
    read_only[0] = False
    wait_for_events(system, 3)
    assert facts(system) == CALL


def test_who_lost_the_lease_stores_nothing_more(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn]
) -> None:
    turn = listen()
    with system.database.session() as session:
        lost = session.get(Lease, LEASE)
        assert lost
        lost.holder = "another"
    pbx.say(*call())
    assert isinstance(turn.wait_ended(), LeaseLost)
    assert stored(system) == []


def test_the_lease_is_kept_while_nothing_happens(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lease.LEASE_TIME.total_seconds() > 2 * listener.RENEW_SECONDS
    monkeypatch.setattr(listener, "RENEW_SECONDS", 0.1)
    listen()

    def expiry() -> Any:
        with system.database.session() as session:
            row = session.get(Lease, LEASE)
            return row and row.expires_at

    before = expiry()
    wait_for(lambda: expiry() > before)


def test_a_listener_ends_although_very_much_waits_to_be_read(
    system: PhoneSystem, pbx: ScriptedPbx, listen: Callable[[], Turn], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "MOST_WAITING", 2)
    turn = listen()
    with system.database.session() as session:
        lost = session.get(Lease, LEASE)
        assert lost
        lost.holder = "another"
    threading.Thread(
        target=lambda: pbx.say(*call(), *[event(Event="Newchannel")] * 10_000), daemon=True
    ).start()
    assert isinstance(turn.wait_ended(), LeaseLost)
