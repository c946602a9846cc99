"""Many event streams at once, read by one thread, each as a client that resumes."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Callable, Sequence
from secrets import token_hex
from typing import Self

from pbx import history
from pbx.services import Services
from tests.event_reader import EventReader, Received
from tests.factories import registered, ringing, store
from tests.server import Switchhook
from tests.tokens import new_token

SECONDS = 60.0
OF_A_TOKEN = 50  # streams, however they are spread over web processes
END = b"\r\n\r\n"


def new_tokens(switchhook: Switchhook, streams: int) -> list[str]:
    """Enough tokens for so many streams."""
    return [new_token(switchhook, f"crowd-{token_hex(4)}") for _ in range(0, streams, OF_A_TOKEN)]


class StreamClient:
    """One client. HTTP/1.0, so that what comes is not in chunks; closed, it may be opened again and resumes."""

    def __init__(
        self,
        port: int,
        token: str,
        query: str = "",
        *,
        path: str = "/api/events/stream",
        credentials: str = "Authorization: Bearer {}",
    ) -> None:
        self._port = port
        self._credentials = credentials.format(token)
        self._path = f"{path}{query}"
        self.received: list[Received] = []
        self.last_id = ""
        self.open()

    def open(self) -> None:
        """Ask, with the last id that there is."""
        self.head = b""
        self._reader = EventReader()
        resume = f"Last-Event-ID: {self.last_id}\r\n" if self.last_id else ""
        self.socket = socket.create_connection(("127.0.0.1", self._port), timeout=SECONDS)
        request = f"GET {self._path} HTTP/1.0\r\n{self._credentials}\r\n{resume}\r\n"
        self.socket.sendall(request.encode())

    @property
    def status(self) -> int:
        """The status of the answer; 0: it has not come yet."""
        return int(self.head.split(b" ", 2)[1]) if END in self.head else 0

    @property
    def ids(self) -> list[int]:
        return [int(event.id) for event in self.received]

    def read(self) -> bool:
        """Take in what is there. False: the stream has ended."""
        try:
            data = self.socket.recv(65_536)
        except ConnectionError:
            return False
        is_open = bool(data)
        if END not in self.head:
            head, end, data = (self.head + data).partition(END)
            self.head = head + end
        if self.status == 200:
            self.received += self._reader.feed(data)
            self.last_id = self._reader.last_id or self.last_id
        return is_open

    def close(self) -> None:
        self.socket.close()


def page_client(port: int, cookie: str) -> StreamClient:
    """A page's stream, of the session with that cookie."""
    return StreamClient(port, cookie, path="/extensions/live", credentials="Cookie: switchhook={}")


class Crowd:
    """Clients that are read together."""

    def __init__(self, clients: Sequence[StreamClient]) -> None:
        self.clients = clients

    @classmethod
    def of(cls, switchhook: Switchhook, count: int) -> Self:
        """So many clients, whose streams have begun."""
        return cls.with_tokens(switchhook.port, new_tokens(switchhook, count), count)

    @classmethod
    def with_tokens(cls, port: int, tokens: Sequence[str], count: int) -> Self:
        """So many clients, whose streams have begun; each token has some of them."""
        crowd = cls([StreamClient(port, tokens[number // OF_A_TOKEN]) for number in range(count)])
        crowd.read_until(lambda client: client.last_id)
        return crowd

    def read_until(
        self, is_done: Callable[[StreamClient], object], *, resume: bool = False, seconds: float = SECONDS
    ) -> None:
        """Read until it is so for all. Those whose stream ends come back, if they `resume`. Raises AssertionError."""
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            for each in self.clients:
                selector.register(each.socket, selectors.EVENT_READ, each)
            while waiting := [each for each in self.clients if not is_done(each)]:
                assert time.monotonic() < deadline, f"{len(waiting)} wait: {waiting[0].head!r}"
                for key, _ in selector.select(0.1):
                    client: StreamClient = key.data
                    if client.read():
                        continue
                    selector.unregister(client.socket)
                    client.close()
                    assert resume or is_done(client), "a stream has ended"
                    if resume:
                        _come_back(client, deadline)
                        selector.register(client.socket, selectors.EVENT_READ, client)

    def close(self) -> None:
        for client in self.clients:
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _come_back(client: StreamClient, deadline: float) -> None:
    while True:
        try:
            return client.open()
        except ConnectionError:
            assert time.monotonic() < deadline, "nobody answers any more"
            time.sleep(0.05)


class Storing:
    """Stores events all the time, in a thread, until closed."""

    def __init__(self, services: Services, every: float = 0.02) -> None:
        """Two events `every` so many seconds."""
        self._services = services
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            store(self._services, ringing(), registered("103"))

    def last_id(self) -> int:
        with self._services.database.session() as session:
            return history.latest_id(session)

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
