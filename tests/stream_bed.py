"""A running stream loop with real sockets, and clients of it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, update

from handlers.api.event_feed import EventFeed, EventStream
from handlers.api.event_queries import Wanted
from handlers.streams import loop
from handlers.streams.loop import StreamLoop
from handlers.streams.open_stream import OpenStream
from models.api_token import ApiToken
from models.types import now
from pbx.services import Services
from tests.event_reader import EventReader, Received
from tests.factories import registered, ringing, store
from tests.waiting import SECONDS

ALL = Wanted()


class Client:
    """The other end of a stream."""

    def __init__(self, end: socket.socket, stream: OpenStream) -> None:
        end.settimeout(SECONDS)
        self.socket = end
        self.stream = stream
        self.reader = EventReader()
        self.received: list[Received] = []

    def read_until(self, is_done: Callable[[], object]) -> None:
        """Read until it is so."""
        deadline = time.monotonic() + SECONDS
        while not is_done():
            assert time.monotonic() < deadline, "there are heartbeats alone"
            data = self.socket.recv(65_536)
            assert data, "the stream has ended"
            self.received += self.reader.feed(data)

    def wait_for(self, count: int) -> list[int]:
        """Read until that many events are there; return their ids."""
        self.read_until(lambda: len(self.received) >= count)
        return [int(event.id) for event in self.received]

    def ends(self) -> bool:
        """Read to the end."""
        while data := self.socket.recv(65_536):
            self.received += self.reader.feed(data)
        return True


class Served:
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

    def serve(self, stream: OpenStream) -> Client:
        """Open a stream, over the network."""
        end = self._stack.enter_context(closing(socket.socket()))
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # so that few events are too many for it
        end.connect(self._listener.getsockname())
        self.loop.take(stream, self._listener.accept()[0])
        return Client(end, stream)


class Streams(Served):
    """Those of the API."""

    def __init__(self, services: Services, stack: ExitStack) -> None:
        super().__init__(services, stack)
        self._feed = EventFeed()

    def prepare(self, position: int = 0, wanted: Wanted = ALL, jti: str = "one") -> EventStream:
        return EventStream(self._feed, jti, wanted, position, is_chunked=False)

    def open(self, position: int = 0, wanted: Wanted = ALL, jti: str = "one") -> Client:
        return self.serve(self.prepare(position, wanted, jti))


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(loop, "CATCH_UP_SECONDS", 0.01)
    monkeypatch.setattr(loop, "CHECK_RIGHTS_SECONDS", 0.02)


def token(name: str) -> ApiToken:
    tomorrow = now() + timedelta(days=1)
    return ApiToken(jti=name, name=name, scope="read", key_id="1", created_by="cli:root", expires_at=tomorrow)


def change_token(services: Services, name: str, **values: datetime) -> None:
    with services.database.session() as session:
        session.exec(update(ApiToken).where(col(ApiToken.jti) == name).values(**values))


def calls(services: Services, count: int, name: str = "") -> None:
    for number in range(count):
        store(services, ringing(f"1.{number}", name=name), registered("103"))


@pytest.fixture
def streams(quiet: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Streams]:
    hurry(monkeypatch)
    with quiet.database.session() as session:
        session.add_all(token(name) for name in ("one", "two"))
    with ExitStack() as stack:
        yield Streams(quiet, stack)
