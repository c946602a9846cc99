"""The two ways on which Slack's requests reach an app: over HTTP, signed, and through a WebSocket of Socket Mode."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests

from .envelopes import Envelope
from .records import Json
from .sockets import SocketServer

FORM = "application/x-www-form-urlencoded"
GIVE_UP_SECONDS = 30.0  # Slack gives up after 3; a test wants to see how late the answer was
NOT_ACKNOWLEDGED = 0  # in the place of a status: no connection, or none that acknowledged in time


def sign(body: str | bytes, timestamp: int | str, secret: str) -> dict[str, str]:
    """The two headers by which an app knows Slack; `timestamp` is in seconds since 1970.

    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    raw = body.encode() if isinstance(body, str) else body
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + raw, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": str(timestamp), "x-slack-signature": f"v0={digest}"}


@dataclass(frozen=True)
class Acknowledgement:
    """The app's answer to one request from Slack.

    `seconds` is how long it took: Slack shows an error after 3. `response_id` is the last part of the
    request's response_url, "" if it had none. `request` is what was sent, for replays.
    """

    status: int
    body: str
    seconds: float
    response_id: str = ""
    request: Any = field(default=None, repr=False)

    @property
    def reply(self) -> Json | None:
        """The message that the acknowledgement itself carried, if any."""
        if self.status != 200 or not self.body.strip():
            return None
        try:
            parsed = json.loads(self.body)
        except ValueError:
            return {"response_type": "ephemeral", "text": self.body}
        return parsed if isinstance(parsed, dict) and {"text", "blocks"} & parsed.keys() else None


@dataclass(frozen=True)
class Http:
    """Posts to `events_url`."""

    events_url: str
    signing_secret: str

    def send(self, kind: str, payload: Json, response_id: str = "", retry: int = 0) -> Acknowledgement:
        """`kind` as in Socket Mode; `retry` is 1 to 3 for an event that was not acknowledged."""
        again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}
        if kind == "events_api":
            return self.send_body(json.dumps(payload), "application/json", again, response_id)
        fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        return self.send_body(urlencode(fields), FORM, again, response_id)

    def send_body(
        self, body: str, content_type: str, headers: Mapping[str, str], response_id: str
    ) -> Acknowledgement:
        """Posts a body, rightly signed; `headers` come last and may spoil that."""
        signed = sign(body, int(time.time()), self.signing_secret)
        agent = {"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", "Content-Type": content_type}
        return self._post(body, {**agent, **signed, **headers}, response_id)

    def replay(self, ack: Acknowledgement) -> Acknowledgement:
        body, headers = ack.request
        return self._post(body, headers, ack.response_id)

    def _post(self, body: str, headers: dict[str, str], response_id: str) -> Acknowledgement:
        start = time.monotonic()
        with requests.Session() as session:
            session.trust_env = False  # 127.0.0.1 is not to be asked of a proxy
            answer = session.post(self.events_url, body.encode(), headers=headers, timeout=GIVE_UP_SECONDS)
        seconds = time.monotonic() - start
        return Acknowledgement(answer.status_code, answer.text, seconds, response_id, (body, headers))


@dataclass(frozen=True)
class Socket:
    """Puts envelopes into the connections that the app has opened."""

    sockets: SocketServer

    def send(self, kind: str, payload: Json, response_id: str = "", retry: int = 0) -> Acknowledgement:
        return self._deliver(Envelope(kind, payload, retry), response_id)

    def replay(self, ack: Acknowledgement) -> Acknowledgement:
        """Sends the same envelope to another connection, if there is one."""
        sent: Envelope = ack.request
        again = Envelope(sent.kind, sent.payload, sent.retry_attempt, sent.envelope_id)
        return self._deliver(again, ack.response_id)

    def _deliver(self, envelope: Envelope, response_id: str) -> Acknowledgement:
        start = time.monotonic()
        last = self.sockets.deliver(envelope)
        seconds = time.monotonic() - start
        if last.answer is None:
            return Acknowledgement(NOT_ACKNOWLEDGED, "", seconds, response_id, last)
        body = json.dumps(last.answer) if last.answer else ""
        return Acknowledgement(200, body, seconds, response_id, last)
