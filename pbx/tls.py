"""A TLS connection that one thread reads while others write."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

T = TypeVar("T")


class SharedTls:
    """The part of a socket that pbx/ami_client.py uses.

    OpenSSL lets one thread at a time touch a connection, and Python before 3.13 does not see to it: a reply may then
    be lost. So every touch is short and under a lock; what waits, waits outside of it.
    """

    def __init__(self, connection: ssl.SSLSocket, timeout: float) -> None:
        """Wrap a connection that is up. `timeout`: how long writing may wait for the other side, in seconds."""
        connection.setblocking(False)
        self._connection = connection
        self._timeout = timeout
        self._lock = threading.Lock()

    def recv(self, size: int) -> bytes:
        """Wait for bytes as long as it takes; return none at the end."""
        return self._when_ready(partial(self._connection.recv, size), None)

    def sendall(self, data: bytes) -> None:
        """Send all of it. Raises TimeoutError when the other side does not read."""
        sent = 0
        while sent < len(data):
            rest = data[sent:]
            sent += self._when_ready(partial(self._connection.send, rest), self._timeout)

    def shutdown(self, how: int) -> None:
        """End a recv() that waits in another thread."""
        socket.socket.shutdown(self._connection, how)

    def close(self) -> None:
        self._connection.close()

    def _when_ready(self, touch: Callable[[], T], timeout: float | None) -> T:
        while True:
            with self._lock:
                try:
                    return touch()
                except ssl.SSLWantReadError:
                    event = select.POLLIN
                except ssl.SSLWantWriteError:
                    event = select.POLLOUT
            ready = select.poll()
            ready.register(self._connection, event)
            if not ready.poll(None if timeout is None else timeout * 1000):
                raise TimeoutError("Asterisk does not read what is sent")
