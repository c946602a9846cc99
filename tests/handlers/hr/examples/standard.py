"""Standard Webhooks, with the body that docs/onboarding.md has."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime

from standardwebhooks import Webhook

from handlers.hr.employee import EmployeeEvent

KEY = "whsec_" + base64.b64encode(b"a key of the tests with 32 bytes").decode()
ACCEPTED = 202
HIRED = "standard_joined.json"
WORDS = {
    "joined": "employee.joined",
    "changed": "employee.changed",
    "left": "employee.left",
}
EXPECTED = {
    "standard_joined.json": [
        EmployeeEvent(
            kind="joined",
            external_id="e-1001",
            name="Zoë Müller",
            email="zoe.mueller@example.com",
            department="Sales",
            start_date=date(2026, 12, 1),
            wanted_number="142",
            occurred_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        )
    ],
    "standard_changed.json": [
        EmployeeEvent(
            kind="changed",
            external_id="e-1001",
            name="Zoë Müller-Lind",
            department="Support",
            occurred_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        )
    ],
    "standard_left.json": [
        EmployeeEvent(
            kind="left",
            external_id="e-1001",
            occurred_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        )
    ],
}


def sign(body: bytes, at: datetime, key: str, delivery: str) -> dict[str, str]:
    signature = Webhook(key).sign(delivery, at, body.decode())
    sent_at = str(int(at.timestamp()))
    return {"webhook-id": delivery, "webhook-timestamp": sent_at, "webhook-signature": signature}
