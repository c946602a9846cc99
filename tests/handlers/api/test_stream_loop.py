"""The thread that serves all streams, with real sockets and a real database."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, update

from handlers.api import open_stream, recent_events, stream_loop
from handlers.api.event_queries import Wanted
from handlers.api.open_stream import OpenStream
from handlers.api.stream_loop import StreamLoop
from models.api_token import ApiToken
from models.types import now
from pbx import history
from pbx.services import Services
from tests.factories import registered, ringing, store
from tests.handlers.api.sse import EventReader, Received
from tests.waiting import SECONDS, wait_for

ALL = Wanted()


class Client:
    """The other end of a stream."""

    def __init__(self, end: socket.socket, stream: OpenStream) -> None:
        end.settimeout(SECONDS)
        self.socket = end
        self.stream = stream
        self.reader = EventReader()
        self.received: list[Received] = []

    def wait_for(self, count: int) -> list[int]:
        """Read until that many events are there; return their ids."""
        deadline = time.monotonic() + SECONDS
        while len(self.received) < count:
            assert time.monotonic() < deadline, "there are heartbeats alone"
            data = self.socket.recv(65_536)
            assert data, "the stream has ended"
            self.received += self.reader.feed(data)
        return [int(event.id) for event in self.received]

    def ends(self) -> bool:
        """Read to the end."""
        while data := self.socket.recv(65_536):
            self.received += self.reader.feed(data)
        return True


class Streams:
    """A running loop, and what opens streams in it."""

    def __init__(self, services: Services, stack: ExitStack) -> None:
        self._stack = stack
        self._listener = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
        self.ended: list[OpenStream] = []
        self.stop = threading.Event()
        self.loop = StreamLoop(services.database, self.ended.append)
        thread = threading.Thread(target=self.loop.run, args=(lambda: not self.stop.is_set(),))
        thread.start()
        stack.callback(thread.join)
        stack.callback(self.stop.set)

    def open(self, position: int = 0, wanted: Wanted = ALL, jti: str = "one") -> Client:
        end = self._stack.enter_context(closing(socket.socket()))
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # so that few events are too many for it
        end.connect(self._listener.getsockname())
        stream = OpenStream(jti, wanted, position, is_chunked=False)
        self.loop.take(stream, self._listener.accept()[0])
        return Client(end, stream)


@pytest.fixture
def streams(quiet: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Streams]:
    monkeypatch.setattr(stream_loop, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(stream_loop, "CATCH_UP_SECONDS", 0.01)
    monkeypatch.setattr(stream_loop, "CHECK_TOKENS_SECONDS", 0.02)
    with quiet.database.session() as session:
        session.add_all(token(name) for name in ("one", "two"))
    with ExitStack() as stack:
        yield Streams(quiet, stack)


def token(name: str) -> ApiToken:
    tomorrow = now() + timedelta(days=1)
    return ApiToken(jti=name, name=name, scope="read", key_id="1", created_by="cli:root", expires_at=tomorrow)


def change_token(services: Services, name: str, **values: datetime) -> None:
    with services.database.session() as session:
        session.exec(update(ApiToken).where(col(ApiToken.jti) == name).values(**values))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little is kept in memory, and little is given at once."""
    monkeypatch.setattr(recent_events, "KEPT", 10)
    monkeypatch.setattr(stream_loop, "AT_ONCE", 7)


def calls(services: Services, count: int, name: str = "") -> None:
    for number in range(count):
        store(services, ringing(f"1.{number}", name=name), registered("103"))


def test_each_stream_gets_what_it_wants_once_and_in_order(quiet: Services, streams: Streams) -> None:
    everything, phones = streams.open(), streams.open(wanted=Wanted(frozenset({"registered"})))
    of_101 = streams.open(wanted=Wanted(extension="101"))
    calls(quiet, 10)
    assert everything.wait_for(20) == list(range(1, 21))
    assert phones.wait_for(10) == list(range(2, 21, 2))
    assert of_101.wait_for(10) == list(range(1, 20, 2))
    assert {event.name for event in of_101.received} == {"extension.ringing"}


def test_streams_go_on_where_they_were_however_far_behind(
    quiet: Services, streams: Streams, small: None
) -> None:
    calls(quiet, 20)
    clients = [streams.open(position) for position in range(0, 40, 3)]
    few = streams.open(2, Wanted(frozenset({"registered"}), "103"))
    calls(quiet, 20)
    for position, client in zip(range(0, 40, 3), clients, strict=True):
        assert client.wait_for(80 - position) == list(range(position + 1, 81))
    assert few.wait_for(39) == list(range(4, 81, 2))


def test_a_client_that_reads_slowly_gets_everything_and_takes_little_memory(
    quiet: Services, streams: Streams, small: None
) -> None:
    slow, other = streams.open(), streams.open()
    calls(quiet, 250, name="x" * 200)
    assert other.wait_for(500) == list(range(1, 501))
    assert slow.stream.position < 500  # so that this has tested something
    assert len(slow.stream.unsent) < 10_000
    assert slow.wait_for(500) == list(range(1, 501))


def test_a_client_that_does_not_read_is_closed_and_resumes(
    quiet: Services, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_stream, "STALLED_SECONDS", 0.2)
    stuck = streams.open()
    calls(quiet, 250, name="x" * 200)
    wait_for(lambda: streams.ended == [stuck.stream])
    assert stuck.ends()
    got = int(stuck.reader.last_id)
    assert 0 < got < 500
    assert [int(event.id) for event in stuck.received] == list(range(1, got + 1))
    assert streams.open(got).wait_for(500 - got) == list(range(got + 1, 501))


def test_a_client_that_leaves_is_noticed(streams: Streams) -> None:
    client = streams.open()
    client.socket.close()
    wait_for(lambda: streams.ended == [client.stream])


def test_what_a_client_says_on_a_stream_ends_it(streams: Streams) -> None:
    client = streams.open()
    client.socket.sendall(b"GET / HTTP/1.1\r\n\r\n")
    wait_for(lambda: streams.ended == [client.stream])


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_the_streams_of_a_token_end_with_it_and_others_go_on(
    quiet: Services, streams: Streams, column: str
) -> None:
    ending, other = streams.open(jti="two"), streams.open(jti="one")
    change_token(quiet, "two", **{column: now()})
    assert ending.ends()
    calls(quiet, 1)
    assert other.wait_for(2) == [1, 2]
    assert streams.ended == [ending.stream]


def test_what_is_not_kept_any_more_is_said_to_be_missing(
    quiet: Services, streams: Streams, small: None
) -> None:
    calls(quiet, 10)
    history.prune(quiet.database, timedelta(days=-10_000))
    calls(quiet, 10)
    client = streams.open(4)
    client.wait_for(21)
    gap, *events = client.received
    assert (gap.name, gap.id) == ("gap", "20")
    assert gap.data["after"] == 4
    assert [int(event.id) for event in events] == list(range(21, 41))


def test_a_heartbeat_moves_a_client_on_that_nothing_is_for(
    quiet: Services, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_loop, "HEARTBEAT_SECONDS", 0.05)
    client = streams.open(wanted=Wanted(extension="999"))
    calls(quiet, 3)
    while client.reader.last_id != "6":
        client.reader.feed(client.socket.recv(65_536))
    assert client.reader.comments


def test_streams_wait_for_a_database_that_is_away(quiet: Services, streams: Streams) -> None:
    client = streams.open()
    calls(quiet, 1)
    client.wait_for(2)
    with quiet.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE event RENAME TO away"))
    streams.open().socket.close()
    wait_for(lambda: streams.ended)
    with quiet.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO event"))
    calls(quiet, 1)
    assert client.wait_for(4) == [1, 2, 3, 4]


def test_streams_end_with_the_process_and_later_ones_at_once(streams: Streams) -> None:
    client = streams.open()
    streams.stop.set()
    assert client.ends()
    wait_for(lambda: streams.ended == [client.stream])
    assert streams.open().ends()


def test_streams_at_the_end_share_one_query(quiet: Services, streams: Streams) -> None:
    clients = [streams.open() for _ in range(50)]
    calls(quiet, 1)
    for client in clients:
        assert client.wait_for(2) == [1, 2]
    assert {client.stream.read_at for client in clients} == {0.0}


def test_a_socket_of_the_file_system_is_served_too(quiet: Services, streams: Streams) -> None:
    ours, theirs = socket.socketpair()
    with closing(theirs):
        stream = OpenStream("one", ALL, 0, is_chunked=False)
        streams.loop.take(stream, ours)
        calls(quiet, 1)
        assert Client(theirs, stream).wait_for(2) == [1, 2]
