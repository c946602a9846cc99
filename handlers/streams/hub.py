"""All event streams of one web process: many clients that listen take no thread from requests.

A thread of the web process answers the request with headers and the first lines, and then gives its socket away
(hand_over.py). From then on one thread serves it with all others (loop.py).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from socket import socket

from handlers.streams.loop import StreamLoop
from handlers.streams.open_stream import OpenStream
from models.database import Database

HUB = "stream-hub"  # in app.extensions


class StreamsFull(Exception):
    """No more streams can be opened: of the holder, or at all."""

    def __init__(self, message: str, *, is_of_holder: bool) -> None:
        super().__init__(message)
        self.is_of_holder = is_of_holder


class StreamHub:
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
        feed = stream.feed
        with self._lock:
            others = [each for each in self._admitted if each.feed is feed]
            of_holder = [each for each in others if each.holder == stream.holder]
            if len(of_holder) >= feed.max_of_holder:
                message = f"this {feed.holder} has {feed.max_of_holder} event streams open"
                raise StreamsFull(message, is_of_holder=True)
            if len(others) >= feed.max_streams:
                raise StreamsFull(f"{feed.max_streams} event streams are open", is_of_holder=False)
            self._admitted.add(stream)

    def release(self, stream: OpenStream) -> None:
        """Give the room of a stream back."""
        with self._lock:
            self._admitted.discard(stream)

    def take(self, stream: OpenStream, client: socket) -> None:
        """Take over the socket of a stream that was admitted."""
        assert self._loop, "start() comes first"  # noqa: S101
        self._loop.take(stream, client)
