"""Slack's side of Socket Mode: WebSockets that apps open, and the envelopes that they get through them.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import secrets
import threading
import time
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from .envelopes import Envelope, OpenSocket
from .records import PATIENCE, Json, SlackRefusal

TICKET_SECONDS = 30.0  # until a URL that was issued is opened
MOST_CONNECTIONS = 10  # of one app
ACKNOWLEDGED_WITHIN = 3.0  # seconds
RETRIES = 3
DISCONNECT_SECONDS = 10.0  # from the warning to the end of a connection


class SocketServer:
    """Serves on a free port of 127.0.0.1 while it is started; `violations` says what an app did against the protocol."""

    def __init__(self, app_id: str) -> None:
        self.app_token = f"xapp-1-A0SWITCH-{secrets.token_hex(16)}"
        self.is_enabled = True  # or Socket Mode is switched off in the app
        self.violations: list[str] = []
        self.urls: list[str] = []  # all that were issued
        self.sends_hello = True
        self.accepts_tickets = True
        self._app_id = app_id
        self._changed = threading.Condition()
        self._tickets: dict[str, float] = {}
        self._open: list[OpenSocket] = []
        self._server: Server | None = None
        self._port = 0
        self._next = 0

    def start(self) -> None:
        self._server = serve(
            self._serve, "127.0.0.1", self._port, process_request=self._admit, compression=None,
            ping_interval=5.0, ping_timeout=10.0, close_timeout=1.0,
        )  # fmt: skip
        self._port = self._server.socket.getsockname()[1]
        threading.Thread(target=self._server.serve_forever, name="slack-sockets", daemon=True).start()

    def stop(self) -> None:
        """Ends all connections, and answers on its port no more, until it is started again."""
        if self._server:
            self._server.shutdown()
            self._server = None
        for each in self.connections():
            each.cut()

    def issue_url(self, token: str) -> Json:
        """What apps.connections.open answers. Raises SlackRefusal."""
        if token != self.app_token:
            raise SlackRefusal("invalid_auth" if token.startswith("xapp-") else "not_allowed_token_type")
        if not self.is_enabled:
            raise SlackRefusal("internal_error")
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = time.monotonic() + TICKET_SECONDS
        self.urls.append(f"ws://127.0.0.1:{self._port}/link/?ticket={ticket}&app_id={self._app_id}")
        return {"url": self.urls[-1]}

    def connections(self) -> list[OpenSocket]:
        with self._changed:
            return [each for each in self._open if each.is_open]

    def wait_for_connections(self, count: int, timeout: float = PATIENCE) -> list[OpenSocket]:
        """Until so many are open. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while len(found := self.connections()) != count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(found)} connections are open, not {count}")
            with self._changed:
                self._changed.wait(0.05)
        return found

    def wait_until_replaced(self, before: OpenSocket, timeout: float = PATIENCE) -> list[OpenSocket]:
        """Until that one is closed and another is ready. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while before in (found := self.connections()) or not any(each.is_ready for each in found):
            if time.monotonic() > deadline:
                raise TimeoutError("no other connection is ready")
            with self._changed:
                self._changed.wait(0.02)
        return found

    def deliver(self, envelope: Envelope) -> Envelope:
        """Sends it to one connection, and in a new envelope to another until it is acknowledged; the last one of them."""
        tried: list[OpenSocket] = []
        while place := self._choose(tried):
            tried.append(place)
            if place.send(envelope) and place.wait(envelope, ACKNOWLEDGED_WITHIN):
                break
            if len(tried) > RETRIES:
                break
            envelope = envelope.again()
        return envelope

    def disconnect(self, reason: str, seconds: float = DISCONNECT_SECONDS) -> None:
        """Announces the end of every connection, and closes those that are left after so many seconds."""
        announced = self.connections()
        for each in announced:
            each.announce(reason)
        for each in announced:
            threading.Timer(seconds, each.close).start()

    def _choose(self, tried: list[OpenSocket]) -> OpenSocket | None:
        """One after the other; another than before, if there is one."""
        ready = [each for each in self.connections() if each.is_ready]
        fresh = [each for each in ready if each not in tried] or ready
        self._next += 1
        return fresh[self._next % len(fresh)] if fresh else None

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        ticket = parse_qs(urlsplit(request.path).query).get("ticket", [""])[0]
        if self._tickets.pop(ticket, 0.0) < time.monotonic() or not self.accepts_tickets:
            return connection.respond(HTTPStatus.REQUEST_TIMEOUT, "the ticket is used, expired or unknown\n")
        if len(self.connections()) >= MOST_CONNECTIONS:
            self.violations.append("more than ten connections")
            return connection.respond(HTTPStatus.TOO_MANY_REQUESTS, "too_many_websockets\n")
        return None

    def _serve(self, connection: ServerConnection) -> None:
        opened = OpenSocket(connection, self.violations)
        with self._changed:
            self._open.append(opened)
            self._changed.notify_all()
        with suppress(ConnectionClosed):
            if self.sends_hello:
                opened.hello(self._app_id, len(self.connections()))
            for text in connection:
                opened.take(text)
        opened.is_open = False
        with self._changed:
            self._open.remove(opened)
            self._changed.notify_all()
