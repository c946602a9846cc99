"""gunicorn's worker: no thread ever waits for a client. A request is given to one when all of it is there.

gunicorn's own threads read what is still on its way, without a limit in time: as many half-sent requests as there
are threads, and nobody else is answered. Here the loop that accepts connections reads them all, none of them waiting,
and closes those that take too long. Each connection carries one request. A response that goes on for long is handed
over (hand_over.py): no thread waits for it, and it is not among the connections that are limited in number.

Requests of the API and of pages have threads of their own (own_threads.py).
"""

from __future__ import annotations

import errno
import logging
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from socket import SHUT_WR, socket
from typing import Any, cast

from gunicorn import http, util
from gunicorn.workers.gthread import TConn, ThreadWorker

from hand_over import HandOver
from handlers.body_limits import BodyLimits
from incoming_request import IncomingRequest
from logs import accepted_at, request_id
from own_threads import OwnThreads, Share, share_of
from raw_answers import BUSY, problem

log = logging.getLogger("switchhook.http")

READ_SECONDS = 10.0  # for all of a request, from the first moment of its connection on
RECEIVE_BYTES = 262_144  # bytes
UNREADABLE = "this is no request that can be read: look at its first line and its headers"
LAST = "Connection: close\r\nContent-Length: 0\r\n\r\n"


class Connection(TConn):
    """One client: what it has sent so far, and until when the rest has to come. `limits`: of what it may send."""

    def __init__(self, limits: BodyLimits, *known: Any) -> None:
        super().__init__(*known)
        self.accepted_at = time.monotonic()
        self.incoming = IncomingRequest(limits.of_head)
        self.is_answered = False  # or a thread will answer it
        self.is_handed_over = False
        self.data_ready = True  # nobody is to wait for more

    @property
    def share(self) -> Share | None:
        return share_of(self.incoming.data)

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

    def refuse(self, status_line: str, more: str = LAST) -> None:
        log.warning("a request is not taken", extra={"reason": status_line})
        self.is_answered = True
        self.send_status(status_line, more)
        self.close_writing()

    def close_writing(self) -> None:
        """Close for writing only. If a socket is closed while its client still sends, the client may lose the answer."""
        self.sock.setblocking(False)
        with suppress(OSError):
            self.sock.shutdown(SHUT_WR)

    def init(self) -> None:
        """Prepare for parsing, in a thread, which reads what has arrived and never the socket."""
        request_id.set("")  # of the request that this thread answered before
        accepted_at.set(self.accepted_at)
        self.initialized = self.is_answered = True
        self.sock.settimeout(READ_SECONDS)
        self.parser = http.get_parser(self.cfg, iter([self.incoming.request()]), self.client)

    def close(self, graceful: bool = False) -> None:  # noqa: ARG002 (gunicorn's would hold up all others)
        if self.is_handed_over:
            return
        if not self.is_answered:
            self.send_status("408 Request Timeout", LAST)
        util.close(self.sock)


class WithoutHtml:
    """A client's socket on which gunicorn's own refusal, a page of HTML, arrives as a problem of RFC 9457."""

    def __init__(self, client: socket) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def sendall(self, page: bytes) -> None:
        status_line = page.partition(b"\r\n")[0].decode()
        rest = problem(status_line.partition(" ")[2], UNREADABLE)
        self._client.sendall(f"{status_line}\r\n{rest}".encode())


class WholeRequestsWorker(ThreadWorker):
    """Needs `keepalive = 0`. Of gunicorn's own, it changes what comes before a thread is asked, and which one is."""

    def get_thread_pool(self) -> Any:
        self._own_threads = OwnThreads()
        return super().get_thread_pool()

    def run(self) -> None:
        try:
            super().run()
        finally:
            self._own_threads.shut_down()

    def enqueue_req(self, conn: TConn) -> None:
        assert isinstance(conn, Connection), "accept() makes no other"  # noqa: S101
        if conn.share is None:
            super().enqueue_req(conn)
            return
        answered = self._own_threads.submit(conn.share, partial(self.handle, conn))
        answered.add_done_callback(partial(self.method_queue.defer, self.finish_request, conn))

    body_limits: BodyLimits  # gunicorn.conf.py gives it the app's

    def accept(self, listener: socket) -> None:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        self._wait_for(Connection(self.body_limits, self.cfg, client, address, listener.getsockname()))

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
            if (share := connection.share) and self._own_threads.is_full(share):
                connection.refuse(BUSY, share.busy())
                return
            self._forget(connection, client)
            self.enqueue_req(connection)
        elif refusal := incoming.refusal():
            connection.refuse(refusal)
        elif incoming.expects_continue:
            connection.send_status("100 Continue")

    def handle_error(self, req: Any, client: socket, addr: Any, exc: BaseException) -> None:
        super().handle_error(req, cast(socket, WithoutHtml(client)), addr, exc)

    def _forget(self, connection: Connection, client: socket) -> None:
        self.poller.unregister(client)
        self.pending_conns.remove(connection)

    def handle_request(self, req: Any, conn: TConn) -> bool:
        try:
            return bool(super().handle_request(req, conn))
        except HandOver as handed:
            assert isinstance(conn, Connection), "accept() makes no other"  # noqa: S101
            conn.is_handed_over = True
            handed.take(conn.sock)
            return False

    def finish_request(self, conn: TConn, fs: Future[bool]) -> None:
        assert isinstance(conn, Connection), "accept() makes no other"  # noqa: S101
        if conn.share:
            self._own_threads.note_answered(conn.share)
        if conn.incoming.is_too_large and not conn.is_handed_over:
            conn.close_writing()
            self._wait_for(conn)
        else:
            super().finish_request(conn, fs)
