"""Personio and Rippling: a fixed value of Authorization."""

from __future__ import annotations

from datetime import UTC, date, datetime

from handlers.hr.employee import EmployeeEvent

KEY = "t0k3n/with=signs"
ACCEPTED = 202
HIRED = "token_rippling.json"
WORDS = {
    "joined": "person.created employment.started employee.created employee.hired",
    "changed": "person.updated employee.updated",
    "left": "person.deleted employment.terminated employee.deleted employee.terminated",
}
EXPECTED = {
    "token_personio.json": [
        EmployeeEvent(
            kind="joined",
            external_id="8815",
            occurred_at=datetime(2026, 2, 5, 15, 39, 38, tzinfo=UTC),
        )
    ],
    "token_rippling.json": [
        EmployeeEvent(
            kind="joined",
            external_id="656992816f26d6caea00072c",
            name="Kai Tan",
            email="kai@example.com",
            department="Sales",
            start_date=date(2026, 2, 9),
            wanted_number="155",
        )
    ],
    "token_rippling.form": [EmployeeEvent(kind="left", external_id="656992816f26d6caea00072c")],
}


def sign(_body: bytes, _at: datetime, key: str, _delivery: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
