"""Requests whose whole answer has to come by a deadline: the timeout of a socket begins anew with every byte."""

from __future__ import annotations

import io
import socket
import time
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any, cast
from urllib.request import (
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    build_opener,
)

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
        pool.ConnectionCls = _reading_until(self._deadline, pool.ConnectionCls)
        return pool


def opener(seconds: float) -> OpenerDirector:
    """Return one of urllib, for one request, that does the same. Redirects and errors are answers as any other."""
    until = time.monotonic() + seconds

    class Http(HTTPHandler):
        def http_open(self, req: Request) -> HTTPResponse:
            return self.do_open(_reading_until(until, HTTPConnection), req)

    class Https(HTTPSHandler):
        def https_open(self, req: Request) -> HTTPResponse:
            return self.do_open(_reading_until(until, HTTPSConnection), req)

    return build_opener(Http, Https, _AsItIs)


class _AsItIs(HTTPErrorProcessor):
    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:  # noqa: ARG002  # urllib's name
        return response

    https_response = http_response


def _reading_until(until: float, connection: type[Any]) -> Any:
    response = type("Response", (_Response,), {"deadline": until})
    return type("Connection", (connection,), {"response_class": response})


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
