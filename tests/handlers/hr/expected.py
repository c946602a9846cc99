"""The events expected of each recorded example."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from handlers.hr.employee import EmployeeEvent

BAMBOO_EVENT = datetime(2026, 1, 31, 18, 42, tzinfo=UTC)
BOB_EVENT = datetime(2026, 1, 8, 13, 6, 26, 915906, tzinfo=UTC)
BOB_EMPLOYEE = "3332883854254932743"

EXPECTED: dict[str, list[EmployeeEvent]] = {
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
    "bamboohr_fields.json": [
        EmployeeEvent(
            kind="joined",
            external_id="12345",
            name="Bryony Okafor",
            email="bryony@example.com",
            department="Support",
            start_date=date(2026, 2, 16),
            wanted_number="167",
            occurred_at=BAMBOO_EVENT,
        ),
        EmployeeEvent(
            kind="changed",
            external_id="12346",
            name="Ashley Adams",
            department="HR",
            occurred_at=BAMBOO_EVENT + timedelta(minutes=1),
        ),
        EmployeeEvent(
            kind="left",
            external_id="12347",
            name="Sam Reed",
            occurred_at=BAMBOO_EVENT + timedelta(minutes=2),
        ),
    ],
    "bamboohr_fields.form": [
        EmployeeEvent(kind="joined", external_id="12345", name="Bryony Okafor"),
        EmployeeEvent(kind="left", external_id="12346"),
    ],
    "bamboohr_event.json": [EmployeeEvent(kind="joined", external_id="67890", occurred_at=BAMBOO_EVENT)],
    "bamboohr_event.form": [EmployeeEvent(kind="changed", external_id="67890", occurred_at=BAMBOO_EVENT)],
    "hibob_v2.json": [EmployeeEvent(kind="joined", external_id=BOB_EMPLOYEE, occurred_at=BOB_EVENT)],
    "hibob_v1.json": [
        EmployeeEvent(
            kind="joined",
            external_id=BOB_EMPLOYEE,
            name="Noa Levi",
            email="noa.levi@example.com",
            department="R&D",
            start_date=date(2026, 2, 1),
            occurred_at=BOB_EVENT,
        )
    ],
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
