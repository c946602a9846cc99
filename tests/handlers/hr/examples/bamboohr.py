"""BambooHR: field-based webhooks, as JSON and as forms, and event-based ones."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, date, datetime, timedelta

from handlers.hr.employee import EmployeeEvent

SENT_AT = datetime(2026, 1, 31, 18, 42, tzinfo=UTC)
KEY = "0123456789abcdef0123456789abcdef"
ACCEPTED = 202
HIRED = "bamboohr_fields.json"
WORDS = {
    "joined": "created employee.created",
    "changed": "updated employee.updated",
    "left": "deleted employee.deleted",
}
EXPECTED = {
    "bamboohr_fields.json": [
        EmployeeEvent(
            kind="joined",
            external_id="12345",
            name="Bryony Okafor",
            email="bryony@example.com",
            department="Support",
            start_date=date(2026, 2, 16),
            wanted_number="167",
            occurred_at=SENT_AT,
        ),
        EmployeeEvent(
            kind="changed",
            external_id="12346",
            name="Ashley Adams",
            department="HR",
            occurred_at=SENT_AT + timedelta(minutes=1),
        ),
        EmployeeEvent(
            kind="left",
            external_id="12347",
            name="Sam Reed",
            occurred_at=SENT_AT + timedelta(minutes=2),
        ),
    ],
    "bamboohr_fields.form": [
        EmployeeEvent(kind="joined", external_id="12345", name="Bryony Okafor"),
        EmployeeEvent(kind="left", external_id="12346"),
    ],
    "bamboohr_event.json": [EmployeeEvent(kind="joined", external_id="67890", occurred_at=SENT_AT)],
    "bamboohr_event.form": [EmployeeEvent(kind="changed", external_id="67890", occurred_at=SENT_AT)],
}


def sign(body: bytes, at: datetime, key: str, _delivery: str) -> dict[str, str]:
    sent_at = str(int(at.timestamp()))
    digest = hmac.new(key.encode(), body + sent_at.encode(), hashlib.sha256).hexdigest()
    return {"X-BambooHR-Timestamp": sent_at, "X-BambooHR-Signature": digest}
