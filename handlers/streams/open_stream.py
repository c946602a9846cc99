"""One client of an event stream: what it is told, and what it has not taken yet."""

from __future__ import annotations

import math
import socket
import time
from abc import ABC, abstractmethod
from contextlib import suppress

from sqlmodel import Session

from handlers.streams import server_sent
from handlers.streams.feed import Feed
from logs import request_id

SEND_BUFFER = 65_536  # bytes that the kernel keeps for a client that does not read
UNANSWERED_MS = 60_000  # until the kernel gives up a client that vanished without a word
STALLED_SECONDS = 30.0  # for what was written at once to be taken


class OpenStream(ABC):
    """Belongs to the thread that answers the request, and from connect() on to the hub's."""

    def __init__(self, feed: Feed, holder: str, is_chunked: bool) -> None:
        """Prepare a stream. `holder`: who has opened it, as the feed counts them. `is_chunked`: the body is."""
        self.feed = feed
        self.holder = holder
        self.right = holder  # by which it stays open, as the feed knows it
        self.ends_at = math.inf  # on the monotonic clock; its client then comes back, and is looked at anew
        self._request_id = request_id.get()
        self.unsent = bytearray()
        self.read_at = 0.0  # when the database was last read for it alone
        self._is_chunked = is_chunked
        self._socket: socket.socket | None = None
        self._began_at = self._written_at = time.monotonic()

    @abstractmethod
    def next_text(self) -> bytes:
        """Return what it is told next, of what the feed has read; it has taken all before."""

    @abstractmethod
    def heartbeat(self) -> bytes:
        """Return a sign of life."""

    @property
    def is_behind(self) -> bool:
        """Return whether the database has to be read for it alone."""
        return False

    def catch_up(self, session: Session) -> bytes:  # noqa: ARG002 (for kinds that may be behind)
        """Read the database for it alone, and return what it is told next. Raises SQLAlchemyError."""
        return b""

    def connect(self, client: socket.socket) -> None:
        client.setblocking(False)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        with suppress(OSError):  # gunicorn may have been told to listen on a socket of the file system
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED_MS)
        self._socket = client

    @property
    def socket(self) -> socket.socket:
        assert self._socket, "connect() comes first"  # noqa: S101
        return self._socket

    def send(self, text: bytes = b"") -> None:
        """Send text, or what is left, as far as the client takes it now. Raises OSError when it is gone."""
        if text:
            self.unsent += server_sent.chunk(text) if self._is_chunked else text
            self._written_at = time.monotonic()
        with suppress(BlockingIOError):
            del self.unsent[: self.socket.send(self.unsent)]

    def silent_seconds(self) -> float:
        """Return how long ago something was last written to it."""
        return time.monotonic() - self._written_at

    def is_stalled(self) -> bool:
        """Return whether the client is too slow: it may come back and go on where it was."""
        return bool(self.unsent) and self.silent_seconds() > STALLED_SECONDS

    def fields(self) -> dict[str, object]:
        """Return what the log says of it."""
        return {"request_id": self._request_id, "seconds": round(time.monotonic() - self._began_at, 1)}

    def close(self) -> None:
        """End the body, if all before was taken, and close the connection."""
        with suppress(OSError):
            if not self.unsent and self._is_chunked:
                self.socket.send(server_sent.chunk(b""))
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
