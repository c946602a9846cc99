"""Greenhouse: Recruiting tells of hired candidates, Onboarding of changed employees."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime, timedelta, timezone

from handlers.hr.employee import EmployeeEvent

KEY = "the green key"
ACCEPTED = 200  # it takes any other status for a failure
HIRED = "greenhouse_hired.json"
WORDS = {
    "joined": "hire_candidate",
    "changed": "employee:updated",
    "left": "unhire_candidate",
}
EXPECTED = {
    "greenhouse_hired.json": [
        EmployeeEvent(
            kind="joined",
            external_id="35897443",
            name="Johnny Smïth",
            email="johnny@example.com",
            department="Technology",
            start_date=date(2026, 1, 23),
        )
    ],
    "greenhouse_onboarding.json": [
        EmployeeEvent(
            kind="changed",
            external_id="1234567",
            occurred_at=datetime(2025, 10, 15, 16, 37, 17, tzinfo=timezone(timedelta(hours=-7))),
        )
    ],
}


def sign(body: bytes, _at: datetime, key: str, _delivery: str) -> dict[str, str]:
    return {"Signature": "sha256 " + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}
