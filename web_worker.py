"""gunicorn's worker: no thread ever waits for a client. A request is given to one when all of it is there.

gunicorn's own threads read what is still on its way, without a limit in time: as many half-sent requests as there
are threads, and nobody else is answered. Here the loop that accepts connections reads them all, none of them waiting,
and closes those that take too long. Each connection carries one request.
"""

from __future__ import annotations

import errno
import logging
import re
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from socket import SHUT_WR, socket
from typing import Any

from gunicorn import http, util
from gunicorn.workers.gthread import TConn, ThreadWorker

from handlers.hr.receive import MAX_BODY
from logs import request_id

log = logging.getLogger("switchhook.http")

READ_SECONDS = 10.0  # for all of a request, from the first moment of its connection on
MAX_HEAD = 65_536  # bytes
MAX_CHUNKED = 2 * MAX_BODY  # bytes as they are sent: small chunks are mostly frame
RECEIVE_BYTES = 262_144  # bytes
MAX_CHUNKS = 5_000  # the loop that accepts looks at each: 5,000 cost it 10 ms
MAX_CHUNK_LINE = 1_000  # bytes, between two chunks
CHUNKED = re.compile(rb"(?im)^transfer-encoding:.*chunked.*\n")
END = b"\r\n\r\n"
LAST = "Connection: close\r\nContent-Length: 0\r\n\r\n"


class IncomingRequest:
    """Pure: what has come of a request, and whether that is all of it."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._head_end = -1  # behind the empty line
        self._length: int | None = None  # of the body; None: it comes in chunks
        self._chunk = 0  # where the next chunk begins
        self._pieces: list[slice] = []  # what the chunks so far hold
        self._decoded = 0  # bytes in them, those included that are still on their way
        self._is_broken = False

    def add(self, data: bytes) -> None:
        self.data += data
        if self._head_end < 0 and (end := self.data.find(END, max(0, len(self.data) - len(data) - 3))) >= 0:
            self._head_end = self._chunk = end + len(END)
            self._length = self._length_in(self._head())

    def _head(self) -> bytes:
        return bytes(self.data[: self._head_end])

    @staticmethod
    def _length_in(head: bytes) -> int | None:
        if CHUNKED.search(head):
            return None
        # One with more digits than that is too long whatever it is.
        found = re.search(rb"(?im)^content-length:[ \t]*([0-9]{1,18})", head)
        return int(found[1]) if found else 0

    @property
    def expects_continue(self) -> bool:
        """Return whether the client holds its body back until it is told to continue."""
        return self._head_end == len(self.data) and b"100-continue" in self._head().lower()

    @property
    def is_too_large(self) -> bool:
        return (self._decoded if self._length is None else self._length) > MAX_BODY

    def refusal(self) -> str:
        """Return the status line of a request that need not reach the application; empty if it may go on."""
        if self._head_end < 0:
            return "431 Request Header Fields Too Large" if len(self.data) > MAX_HEAD else ""
        if self._is_broken:
            return "400 Bad Request"
        return "413 Content Too Large" if len(self.data) > MAX_CHUNKED else ""

    def is_complete(self) -> bool:
        """Return whether it can be answered; a request that is too large can, as the application refuses it."""
        if self._head_end < 0:
            return False
        if self._length is None:
            return self._last_chunk_is_there() or self.is_too_large
        return len(self.data) - self._head_end >= self._length or self.is_too_large

    def _last_chunk_is_there(self) -> bool:
        """Continue where it ended the last time: a body of many small chunks is read once."""
        while (line_end := self.data.find(b"\r\n", self._chunk, self._chunk + MAX_CHUNK_LINE)) >= 0:
            size = re.match(rb"[0-9A-Fa-f]{1,8}(?=[\r; \t])", self.data[self._chunk : line_end + 1])
            ends_well = not self._pieces or self.data[self._chunk - 2 : self._chunk] == b"\r\n"
            if not size or not ends_well or len(self._pieces) > MAX_CHUNKS:
                self._is_broken = True
                return False
            begin, length = line_end + 2, int(size[0], 16)
            if not length:  # trailers may follow, and an empty line does
                self._is_broken = len(self.data) > line_end + MAX_HEAD
                return not self._is_broken and self.data.find(END, line_end) >= 0
            self._pieces.append(slice(begin, begin + length))
            self._decoded += length
            self._chunk = begin + length + 2
        self._is_broken = len(self.data) > self._chunk + MAX_CHUNK_LINE
        return False

    def request(self) -> bytes:
        """Return the request for gunicorn to parse: chunks joined, as a proxy does; of one too large, the head alone."""
        if self._length is not None:
            return bytes(self.data)
        pieces = () if self.is_too_large else self._pieces
        length = f"Content-Length: {self._decoded}\r\n".encode()
        return b"".join([CHUNKED.sub(length, self._head()), *(self.data[piece] for piece in pieces)])


class Connection(TConn):
    """One client: what it has sent so far, and until when the rest has to come."""

    def __init__(self, *known: Any) -> None:
        super().__init__(*known)
        self.incoming = IncomingRequest()
        self.is_answered = False  # or a thread will answer it
        self.data_ready = True  # nobody is to wait for more

    def receive(self) -> bool:
        """Take in what has arrived, without waiting. False, or OSError: the client is gone."""
        try:
            data = self.sock.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return True
        if not self.is_answered:
            self.incoming.add(data)
        return bool(data)

    def send_status(self, status_line: str, more: str = "\r\n") -> None:
        with suppress(OSError):
            self.sock.send(f"HTTP/1.1 {status_line}\r\n{more}".encode())

    def refuse(self, status_line: str) -> None:
        log.warning("a request is not taken", extra={"reason": status_line})
        self.is_answered = True
        self.send_status(status_line, LAST)
        self.close_writing()

    def close_writing(self) -> None:
        """Close for writing only. If a socket is closed while its client still sends, the client may lose the answer."""
        self.sock.setblocking(False)
        with suppress(OSError):
            self.sock.shutdown(SHUT_WR)

    def init(self) -> None:
        """Prepare for parsing, in a thread, which reads what has arrived and never the socket."""
        request_id.set("")  # of the request that this thread answered before
        self.initialized = self.is_answered = True
        self.sock.settimeout(READ_SECONDS)
        self.parser = http.get_parser(self.cfg, iter([self.incoming.request()]), self.client)

    def close(self, graceful: bool = False) -> None:  # noqa: ARG002 (gunicorn's would hold up all others)
        if not self.is_answered:
            self.send_status("408 Request Timeout", LAST)
        util.close(self.sock)


class WholeRequestsWorker(ThreadWorker):
    """Needs `keepalive = 0`. Of gunicorn's own, it changes what comes before a thread is asked."""

    def accept(self, listener: socket) -> None:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        self._wait_for(Connection(self.cfg, client, address, listener.getsockname()))

    def _wait_for(self, connection: Connection) -> None:
        connection.timeout = time.monotonic() + READ_SECONDS
        self.pending_conns.append(connection)
        self.poller.register(connection.sock, EVENT_READ, partial(self._receive, connection))

    def _receive(self, connection: Connection, client: socket) -> None:
        incoming = connection.incoming
        try:
            is_there = connection.receive()
        except OSError:
            is_there = False
        if not is_there:
            self._forget(connection, client)
            self.nr_conns -= 1
            connection.close()
        elif connection.is_answered:
            pass
        elif incoming.is_complete():
            self._forget(connection, client)
            self.enqueue_req(connection)
        elif refusal := incoming.refusal():
            connection.refuse(refusal)
        elif incoming.expects_continue:
            connection.send_status("100 Continue")

    def _forget(self, connection: Connection, client: socket) -> None:
        self.poller.unregister(client)
        self.pending_conns.remove(connection)

    def finish_request(self, conn: TConn, fs: Future[bool]) -> None:
        assert isinstance(conn, Connection), "accept() makes no other"  # noqa: S101
        if conn.incoming.is_too_large:
            conn.close_writing()
            self._wait_for(conn)
        else:
            super().finish_request(conn, fs)
