"""One WebSocket to Slack, as slack_sdk's client keeps it.

What that client does badly is left to whoever opens the connection (socket_mode.py): when something is over, it asks for
an address at once and without end, sleeps for as long as Slack says inside the thread that closing waits for, and takes
a connection that failed for one that works. It notices a server that has hung up after 20 seconds of a busy loop, and one
that never answers its pings not at all.
"""

from __future__ import annotations

import json
import logging
import re
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from socket import SHUT_RDWR
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientNotConnectedError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

log = logging.getLogger("switchhook.slack.socket")
sdk_log = logging.getLogger("slack_sdk.socket_mode")

HELLO_SECONDS = 5.0  # from the handshake to Slack's first word
PING_SECONDS = 5.0  # between two pings of ours
SILENT_SECONDS = 12.0  # without an answer to them
FINISH_SECONDS = 5.0  # for what is being answered when the connection is closed
THREADS = 16
RECEIVE_BYTES = (
    65_536  # at a time; the client calls itself for each, and a message has at most a thousand of them
)
HUNG_UP = select.POLLRDHUP | select.POLLHUP | select.POLLERR
ADDRESS = re.compile(r"wss?://\S+")

Answer = Callable[[SocketModeRequest], SocketModeResponse | None]


def _cut_address(record: logging.LogRecord) -> bool:
    """Cut a WebSocket's address, whose ticket lets anybody in, out of what the client logs."""
    record.msg, record.args = ADDRESS.sub("wss://…", record.getMessage()), ()
    return True


sdk_log.addFilter(_cut_address)


class NotConnected(OSError):
    """The connection did not come about; the message says how far it got."""


class SocketConnection(SocketModeClient):
    """Answers envelopes until it is over; never connects again by itself."""

    def __init__(self, web_client: WebClient, app_token: str, url: str, answer: Answer) -> None:
        self.end = ""  # why this connection is to be replaced, as Slack says it
        self.is_closing = False
        self._answer = answer
        self._answering = 0
        self._changed = threading.Condition()
        self._greeted = threading.Event()
        super().__init__(
            app_token,
            logger=sdk_log,
            web_client=web_client,
            ping_interval=PING_SECONDS,
            receive_buffer_size=RECEIVE_BYTES,
            concurrency=THREADS,
            on_message_listeners=[self._heard],
        )
        self.wss_uri = url
        self.socket_mode_request_listeners.append(self._take)

    def open(self) -> None:
        """Connect, and wait until Slack says hello. Raises NotConnected."""
        self.connect()
        self.opened_at = time.time()
        problem = "" if self.is_connected() else "no WebSocket is opened"
        if not problem and not self._greeted.wait(HELLO_SECONDS):
            problem = "Slack opens a WebSocket and says nothing"
        if problem:
            self.let_go()
            raise NotConnected(problem)

    def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: ARG002 (slack_sdk's)
        """Note that this connection is over, in the place of opening another."""
        self.end = self.end or "closed"

    @property
    def death(self) -> str:
        """Why nothing can come through it any more; empty: something can."""
        current = self.current_session
        sock = current.sock if current else None
        if current is None or sock is None:
            return self.end or "closed"
        if _is_hung_up(sock):
            return "Slack hung up"
        silent = time.time() - max(self.opened_at, current.last_ping_pong_time or 0.0)
        return "Slack answers no ping" if silent > SILENT_SECONDS else ""

    def finish(self) -> None:
        """Take nothing more, finish what is being answered, and close. Slack gives what it gets no answer to another connection."""
        self.is_closing = True
        with self._changed:
            self._changed.wait_for(lambda: not self._answering, FINISH_SECONDS)
        self._wake()
        with suppress(AttributeError):  # where one of the client's threads does the same at this moment
            self.disconnect()
        self.close()

    def let_go(self) -> None:
        """Have it finish, which takes seconds, without waiting for it."""
        threading.Thread(target=self.finish, name="slack-socket-end", daemon=True).start()

    def _wake(self) -> None:
        """End the client's reading, which close() would wait for: three seconds."""
        self.current_session_state.terminated = True
        sock = self.current_session.sock if self.current_session else None
        if sock:
            with suppress(OSError):
                sock.shutdown(SHUT_RDWR)

    def _heard(self, text: str) -> None:
        message = _object(text)
        if message.get("type") == "hello":
            self._greeted.set()
        elif message.get("type") == "disconnect":
            self.end = str(message.get("reason") or "disconnect")[:50]

    def _take(self, _client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        if self.is_closing:
            return
        with self._changed:
            self._answering += 1
        try:
            if response := self._answer(request):
                self.send_socket_mode_response(response)
        except SlackClientNotConnectedError:
            log.warning("an acknowledgement did not reach Slack, which sends the envelope again")
        finally:
            with self._changed:
                self._answering -= 1
                self._changed.notify_all()


def _object(text: str) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):
        message = json.loads(text)
        return message if isinstance(message, dict) else {}
    return {}


def _is_hung_up(sock: object) -> bool:
    poll = select.poll()
    try:
        poll.register(sock, HUNG_UP)  # type: ignore[arg-type] # slack_sdk says no more of it than object
        return bool(poll.poll(0))
    except (OSError, ValueError):
        return True  # closed at this moment
