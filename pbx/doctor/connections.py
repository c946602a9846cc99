"""Connections that end in time: the timeout of a socket begins anew with every byte that a slow one sends."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Timer


@contextmanager
def connected(
    host: str, port: int, seconds: float, context: ssl.SSLContext | None = None
) -> Iterator[socket.socket]:
    """Yield a connection, with TLS if there is a context. Whoever still reads after `seconds` finds it closed.

    Raises OSError: TimeoutError then, and ssl.SSLError among others.
    """
    with (
        socket.create_connection((host, port), timeout=seconds) as plain,
        _shut_after(seconds, plain),
    ):
        if context is None:
            yield plain
        else:
            with context.wrap_socket(plain, server_hostname=host) as tls:
                yield tls


@contextmanager
def _shut_after(seconds: float, connection: socket.socket) -> Iterator[None]:
    """Shut it down by another descriptor, as TLS takes this one. Raises TimeoutError."""
    is_late = Event()

    def shut() -> None:
        is_late.set()
        with suppress(OSError):  # the other side was faster
            same.shutdown(socket.SHUT_RDWR)

    with connection.dup() as same:
        timer = Timer(seconds, shut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            if is_late.is_set():
                raise TimeoutError(f"no whole answer within {seconds:g} seconds")
