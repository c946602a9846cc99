"""Deel: one resource or a list of them."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, date, datetime

from handlers.hr.employee import EmployeeEvent

KEY = "ein Schlüssel"
ACCEPTED = 202
HIRED = "deel_created.json"
WORDS = {
    "joined": "employee.created.direct employee.created.contractor employee.created.eor worker.created worker.v2.created",
    "changed": "employee.updated.direct worker.v2.updated",
    "left": "worker.v2.deleted contract.terminated gp.termination.confirmed",
}
EXPECTED = {
    "deel_created.json": [
        EmployeeEvent(
            kind="joined",
            external_id="0b0f6f7e-6d0e-4f57-8f3c-2f9d2f0a9c11",
            name="Ines Prado",
            email="ines@example.com",
            department="Finance",
            start_date=date(2026, 3, 2),
            occurred_at=datetime(2026, 2, 5, 15, 39, 38, 70000, tzinfo=UTC),
        )
    ],
    "deel_deleted.json": [
        EmployeeEvent(
            kind="left",
            external_id=external_id,
            occurred_at=datetime(2026, 2, 6, 15, 39, 38, 70000, tzinfo=UTC),
        )
        for external_id in (
            "0b0f6f7e-6d0e-4f57-8f3c-2f9d2f0a9c11",
            "5c9d1d0a-7f46-4f4c-9a39-0c9f3a0f7d55",
        )
    ],
}


def sign(body: bytes, _at: datetime, key: str, _delivery: str) -> dict[str, str]:
    return {"x-deel-signature": hmac.new(key.encode(), b"POST" + body, hashlib.sha256).hexdigest()}
