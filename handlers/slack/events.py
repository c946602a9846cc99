"""POST /slack/events: commands, buttons and forms. Verifies the signature, parses, deduplicates, and dispatches to Bolt."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, request
from slack_bolt.adapter.flask.handler import to_flask_response
from slack_sdk.signature import SignatureVerifier
from werkzeug.datastructures import Headers

from handlers.metrics.requests import slash_command_acknowledged
from handlers.slack import payloads
from handlers.slack.deduplication import Fingerprint
from handlers.slack.dispatch import Dispatcher
from handlers.slack.payload_shapes import JsonObject
from handlers.slack.payloads import InvalidPayload, UnsupportedPayload
from settings import Settings

log = logging.getLogger("switchhook.slack")


def blueprint(dispatcher: Dispatcher, settings: Settings) -> Blueprint:
    slack = Blueprint("slack", __name__)
    secret = settings.slack_signing_secret.get_secret_value()

    @slack.post("/slack/events")
    def events() -> Response | tuple[str, int]:
        body = request.get_data()
        if not secret:
            return "SLACK_SIGNING_SECRET is not set", 503
        if not _is_signed(SignatureVerifier(secret), body, request.headers):
            return "not signed by Slack", 401
        try:
            payload = payloads.parse(body, request.mimetype, settings.slack_api_url)
        except InvalidPayload as error:
            log.warning("a signed request is refused", extra={"reason": str(error)})
            return str(error), 404 if isinstance(error, UnsupportedPayload) else 400
        return _answered(dispatcher, payload, _fingerprint(body, request.headers))

    return slack


def _is_signed(verifier: SignatureVerifier, body: bytes, headers: Headers) -> bool:
    """Verify the signature; Slack's verifier raises for a timestamp that is no number and a signature that is not ASCII."""
    try:
        return verifier.is_valid_request(body, dict(headers))
    except (TypeError, ValueError):
        return False


def _fingerprint(body: bytes, headers: Headers) -> Fingerprint:
    return Fingerprint.of(body, headers["X-Slack-Request-Timestamp"], "X-Slack-Retry-Num" in headers)


def _answered(dispatcher: Dispatcher, payload: JsonObject, fingerprint: Fingerprint) -> Response:
    response = to_flask_response(dispatcher.dispatch(payload, fingerprint))
    if payloads.kind_of(payload) == "command":
        slash_command_acknowledged()
    return response
