"""Requests whose whole answer has to come by a deadline: the timeout of requests begins anew with every byte."""

from __future__ import annotations

import io
import socket
import time
from http.client import HTTPResponse
from typing import Any, cast

from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool


class DeadlineAdapter(HTTPAdapter):
    """Makes connections that raise TimeoutError where they still read `seconds` after the adapter was made."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._deadline = time.monotonic() + seconds

    def get_connection_with_tls_context(self, *given: Any, **named: Any) -> HTTPConnectionPool:
        """Have whatever http.client reads, interim answers and chunk sizes among it, read by the deadline."""
        pool = cast(HTTPConnectionPool, super().get_connection_with_tls_context(*given, **named))
        response = type("Response", (_Response,), {"deadline": self._deadline})
        pool.ConnectionCls = type("Connection", (pool.ConnectionCls,), {"response_class": response})
        return pool


class _Response(HTTPResponse):
    deadline: float

    def __init__(self, sock: socket.socket, *given: Any, **named: Any) -> None:
        super().__init__(sock, *given, **named)
        self.fp = io.BufferedReader(_Reader(self.fp.detach(), sock, self.deadline))


class _Reader(io.RawIOBase):
    """Reads from a socket until the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: float) -> None:
        self._raw, self._sock, self._deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
