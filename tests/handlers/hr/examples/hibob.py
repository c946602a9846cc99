"""HiBob: webhooks of version 1, with the employee, and of version 2, with an ID alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, date, datetime

from handlers.hr.employee import EmployeeEvent

SENT_AT = datetime(2026, 1, 8, 13, 6, 26, 915906, tzinfo=UTC)
EMPLOYEE = "3332883854254932743"
KEY = "bob's secret"
ACCEPTED = 202
HIRED = "hibob_v1.json"
WORDS = {
    "joined": "employee.created employee.joined",
    "changed": "employee.updated",
    "left": "employee.left employee.deleted",
}
EXPECTED = {
    "hibob_v2.json": [EmployeeEvent(kind="joined", external_id=EMPLOYEE, occurred_at=SENT_AT)],
    "hibob_v1.json": [
        EmployeeEvent(
            kind="joined",
            external_id=EMPLOYEE,
            name="Noa Levi",
            email="noa.levi@example.com",
            department="R&D",
            start_date=date(2026, 2, 1),
            occurred_at=SENT_AT,
        )
    ],
}


def sign(body: bytes, _at: datetime, key: str, _delivery: str) -> dict[str, str]:
    digest = hmac.new(key.encode(), body, hashlib.sha512).digest()
    return {"Bob-Signature": base64.b64encode(digest).decode()}
