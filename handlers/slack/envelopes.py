"""An envelope of Socket Mode: parsed as strictly as a request over HTTP, taken once, answered."""

from __future__ import annotations

import json
import logging
import time
import uuid

from slack_bolt import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from handlers.metrics.requests import slash_command_acknowledged
from handlers.slack import payloads
from handlers.slack.deduplication import Fingerprint
from handlers.slack.dispatch import Dispatcher
from handlers.slack.payloads import InvalidPayload
from logs import accepted_at, request_id

log = logging.getLogger("switchhook.slack")


def answer(
    dispatcher: Dispatcher, slack_api_url: str, envelope: SocketModeRequest
) -> SocketModeResponse | None:
    """Return the acknowledgement; None for what nothing here takes: Slack then says so to whoever it came from."""
    request_id.set(uuid.uuid4().hex[:16])
    accepted_at.set(began := time.monotonic())
    try:
        payload = payloads.checked(envelope.payload, slack_api_url)
    except InvalidPayload as error:
        log.warning("an envelope is refused", extra={"type": str(envelope.type)[:50], "reason": str(error)})
        return None
    response = dispatcher.dispatch(payload, Fingerprint.of_payload(payload))
    kind, took = payloads.kind_of(payload), round((time.monotonic() - began) * 1000, 1)
    log.info("envelope", extra={"kind": kind, "status": response.status, "ms": took})
    if response.status != 200:
        return None
    if kind == "command":
        slash_command_acknowledged()
    return SocketModeResponse(
        envelope.envelope_id, _content(response) if envelope.accepts_response_payload else None
    )


def _content(response: BoltResponse) -> dict[str, object] | None:
    if not response.body:
        return None
    is_json = response.first_headers().get("content-type", "").startswith("application/json")
    return dict(json.loads(response.body)) if is_json else {"text": response.body}
