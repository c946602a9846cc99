"""One WebSocket of an app, and what goes through it."""

import json
import socket
import threading
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection

from .records import Json

ANSWERABLE = ("slash_commands", "interactive")  # whose acknowledgement may have a payload


@dataclass(eq=False)
class Envelope:
    """`answer` is the acknowledgement's payload; None until there is one."""

    kind: str
    payload: Json
    retry_attempt: int = 0
    envelope_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    answer: Json | None = None

    def again(self) -> "Envelope":
        return Envelope(self.kind, self.payload, self.retry_attempt + 1)

    def as_json(self) -> Json:
        """As Slack sends it; only events say whether they are retried."""
        reason = "timeout" if self.retry_attempt else ""
        retried = {"retry_attempt": self.retry_attempt, "retry_reason": reason}
        return {
            "envelope_id": self.envelope_id,
            "payload": self.payload,
            "type": self.kind,
            "accepts_response_payload": self.kind in ANSWERABLE,
            **(retried if self.kind == "events_api" else {}),
        }


class OpenSocket:
    """Envelopes go out, acknowledgements come in, each for an envelope of this connection."""

    def __init__(self, connection: ServerConnection, violations: list[str]) -> None:
        self.is_open = True
        self.is_ready = False  # hello was said, and no disconnect
        self._connection = connection
        self._violations = violations
        self._changed = threading.Condition()
        self._sent: list[Envelope] = []

    def hello(self, app_id: str, count: int) -> None:
        debug = {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060}
        hello = {"type": "hello", "num_connections": count, "connection_info": {"app_id": app_id}}
        self._connection.send(json.dumps({**hello, "debug_info": debug}))
        self.is_ready = True

    def announce(self, reason: str) -> None:
        """Says that the connection is about to end, and sends nothing more through it."""
        self.is_ready = False
        with suppress(ConnectionClosed):
            message = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
            self._connection.send(json.dumps(message))

    def close(self) -> None:
        self._connection.close()

    def cut(self) -> None:
        """Ends the connection without a word of the protocol."""
        with suppress(OSError):
            self._connection.socket.shutdown(socket.SHUT_RDWR)

    def freeze(self) -> None:
        """Takes nothing in and says nothing more, not even to pings; the connection stays as it is."""
        self.is_ready = False
        self._connection.protocol_mutex.acquire()

    def thaw(self) -> None:
        self._connection.protocol_mutex.release()

    def send(self, envelope: Envelope) -> bool:
        with self._changed:
            self._sent.append(envelope)
        try:
            self._connection.send(json.dumps(envelope.as_json()))
        except ConnectionClosed:
            return False
        return True

    def wait(self, envelope: Envelope, seconds: float) -> bool:
        """Whether it is acknowledged, at the latest after so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: envelope.answer is not None, seconds)

    def take(self, text: str | bytes) -> None:
        """Takes in an acknowledgement; whatever else comes is noted as a violation."""
        message: Any = None
        with suppress(ValueError):
            message = json.loads(text)
        with self._changed:
            envelope = self._acknowledged_by(message)
            problem = self._problem(message, envelope)
            if problem or not envelope:
                self._violations.append(f"{problem}: {text!r}")
                return
            envelope.answer = message.get("payload") or {}
            self._changed.notify_all()

    def _acknowledged_by(self, message: Any) -> Envelope | None:
        """The envelope that was sent through this connection and is not acknowledged yet; some are sent more than once."""
        name = message.get("envelope_id") if isinstance(message, dict) else None
        waiting = (each for each in self._sent if each.envelope_id == name and each.answer is None)
        return next(waiting, None)

    @staticmethod
    def _problem(message: Any, envelope: Envelope | None) -> str:
        if not isinstance(message, dict) or not message.keys() <= {"envelope_id", "payload"}:
            return "no acknowledgement"
        if envelope is None:
            return "acknowledges what this connection was not sent, or once more"
        if "payload" in message and envelope.kind not in ANSWERABLE:
            return "a payload that is not accepted"
        return ""
