"""Signs as the HR systems do, by the words of their documentation and without a line of ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from pathlib import Path

from standardwebhooks import Webhook

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).parent / "examples"
KEYS = {
    "standard": "whsec_" + base64.b64encode(b"a key of the tests with 32 bytes").decode(),
    "bamboohr": "0123456789abcdef0123456789abcdef",
    "hibob": "bob's secret",
    "greenhouse": "the green key",
    "deel": "ein Schlüssel",
    "token": "t0k3n/with=signs",
}
SETTINGS = {
    "standard": "hr_webhook_secret",
    "bamboohr": "hr_bamboohr_secret",
    "hibob": "hr_hibob_secret",
    "greenhouse": "hr_greenhouse_secret",
    "deel": "hr_deel_secret",
    "token": "hr_token",
}
# What a delivery that is stored is answered with. Greenhouse takes all but 200 for a failure.
ACCEPTED = dict.fromkeys(KEYS, 202) | {"greenhouse": 200}


def signed(
    source: str, body: bytes, *, at: datetime = NOW, key: str | None = None, delivery: str = "msg_1"
) -> dict[str, str]:
    """The headers that make a real delivery of the body."""
    return SIGN[source](body, at, key or KEYS[source], delivery)


def _standard(body: bytes, at: datetime, key: str, delivery: str) -> dict[str, str]:
    signature = Webhook(key).sign(delivery, at, body.decode())
    sent_at = str(int(at.timestamp()))
    return {"webhook-id": delivery, "webhook-timestamp": sent_at, "webhook-signature": signature}


def _bamboohr(body: bytes, at: datetime, key: str, _delivery: str) -> dict[str, str]:
    sent_at = str(int(at.timestamp()))
    digest = hmac.new(key.encode(), body + sent_at.encode(), hashlib.sha256).hexdigest()
    return {"X-BambooHR-Timestamp": sent_at, "X-BambooHR-Signature": digest}


def _hibob(body: bytes, _at: datetime, key: str, _delivery: str) -> dict[str, str]:
    digest = hmac.new(key.encode(), body, hashlib.sha512).digest()
    return {"Bob-Signature": base64.b64encode(digest).decode()}


def _greenhouse(body: bytes, _at: datetime, key: str, _delivery: str) -> dict[str, str]:
    return {"Signature": "sha256 " + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}


def _deel(body: bytes, _at: datetime, key: str, _delivery: str) -> dict[str, str]:
    return {"x-deel-signature": hmac.new(key.encode(), b"POST" + body, hashlib.sha256).hexdigest()}


def _token(_body: bytes, _at: datetime, key: str, _delivery: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


SIGN = {
    "standard": _standard,
    "bamboohr": _bamboohr,
    "hibob": _hibob,
    "greenhouse": _greenhouse,
    "deel": _deel,
    "token": _token,
}


def example(file: str) -> tuple[str, bytes, dict[str, str]]:
    """Source, body and headers of a recorded example."""
    source, body = file.partition("_")[0], (EXAMPLES / file).read_bytes()
    is_form = file.endswith(".form")
    kind = "application/x-www-form-urlencoded" if is_form else "application/json; charset=utf-8"
    return source, body, signed(source, body) | {"Content-Type": kind}
