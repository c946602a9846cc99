"""A server that begins an answer and goes on byte after byte, so that no timeout of a socket ever ends."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PAUSE = 0.05  # seconds
BYTES = 400


@contextmanager
def dripping(beginning: bytes) -> Iterator[int]:
    """Yield its port. Asserts that the one connection was closed by the client before the server came to an end."""
    ended = threading.Event()
    given_up = threading.Event()

    def serve() -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.sendall(beginning)
            for _ in range(BYTES):
                connection.sendall(b"x")
                ended.wait(PAUSE)
            given_up.set()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()
    assert not given_up.is_set()
