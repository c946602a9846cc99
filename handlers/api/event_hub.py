"""All event streams of one web process: many clients that listen take no thread from requests.

A thread of the web process answers the request with headers and the first lines, and then gives its socket away
(hand_over.py). From then on one thread serves it with all others (stream_loop.py).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from socket import socket

from handlers.api.open_stream import OpenStream
from handlers.api.stream_loop import StreamLoop
from models.database import Database

HUB = "event-hub"  # in app.extensions
# With the connections that gunicorn may have open besides, fewer than 1024 files.
MAX_STREAMS = 300  # of one web process
MAX_OF_TOKEN = 100  # of these


class StreamsFull(Exception):
    """No more streams can be opened: of the token, or at all."""

    def __init__(self, message: str, *, is_of_token: bool) -> None:
        super().__init__(message)
        self.is_of_token = is_of_token


class EventHub:
    """Admits streams, and has them served once it is started."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._admitted: set[OpenStream] = set()  # some of which a thread still answers
        self._loop: StreamLoop | None = None

    @property
    def is_running(self) -> bool:
        """Return whether this process can serve streams: under gunicorn, with the worker that gives sockets away."""
        return self._loop is not None

    def start(self, is_alive: Callable[[], bool]) -> None:
        """Serve in a thread of its own, until the process is to end: clients then come back to the next one."""
        self._loop = StreamLoop(self._database, self.release)
        threading.Thread(target=self._loop.run, args=(is_alive,), name="streams", daemon=True).start()

    def admit(self, stream: OpenStream) -> None:
        """Make room for a stream. Raises StreamsFull."""
        with self._lock:
            of_token = sum(each.token == stream.token for each in self._admitted)
            if of_token >= MAX_OF_TOKEN:
                raise StreamsFull(f"this token has {MAX_OF_TOKEN} event streams open", is_of_token=True)
            if len(self._admitted) >= MAX_STREAMS:
                raise StreamsFull(f"{MAX_STREAMS} event streams are open", is_of_token=False)
            self._admitted.add(stream)

    def release(self, stream: OpenStream) -> None:
        """Give the room of a stream back."""
        with self._lock:
            self._admitted.discard(stream)

    def take(self, stream: OpenStream, client: socket) -> None:
        """Take over the socket of a stream that was admitted."""
        assert self._loop, "start() comes first"  # noqa: S101
        self._loop.take(stream, client)
