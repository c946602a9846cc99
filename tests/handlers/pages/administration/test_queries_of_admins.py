"""What admins' pages ask the database: as much for many rows as for one, and by its indexes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event
from sqlmodel import Session

from handlers.onboarding import inbox
from handlers.pages.administration import alerts, audit, deliveries, events
from handlers.pages.administration.channels import Channels
from models import event as event_rows
from models.actor import Actor
from models.alert_route import AlertRoute
from models.audit import record
from models.event import Event, EventKind
from models.hr_delivery import DeliveryState, HrDelivery
from models.types import now
from pbx.services import Services
from tests.handlers.onboarding.hr_driver import joined
from tests.query_plans import plans

ASKS: dict[str, Callable[[Services], object]] = {
    "events": lambda services: events.happenings(services, {"number": "101", "from": "2026-01-01"}),
    "audit": lambda services: audit.trail(services, {"number": "101"}),
    "deliveries": lambda services: deliveries.all_of(services, None),
    "alerts": lambda services: alerts.lines(services, Channels({})),
}


def add(services: Services, first: int, last: int) -> None:
    """As many rows of each kind, each of somebody else."""
    with services.database.session() as session:
        for at in range(first, last):
            session.add(Event(at=now(), kind=EventKind.RINGING, number="101", peer=str(1000 + at)))
            record(session, Actor.slack(f"U0{at:06}"), "changed", "101", {})
            session.add(AlertRoute(topic="", numbers=str(1000 + at), channel=f"C0{at:04}"))
            for key, state in (("w", DeliveryState.FAILED), ("d", DeliveryState.DONE)):
                told = [joined(f"{key}{at}", name="Olga")]
                session.add(
                    HrDelivery(
                        source="standard", key=f"{key}{at}", received_at=now(), events=told, state=state
                    )
                )


@pytest.mark.parametrize("page", ASKS)
def test_as_much_is_asked_for_many_rows_as_for_one(quiet: Services, page: str) -> None:
    asked: list[str] = []
    event.listen(quiet.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts = []
    for first, last in ((0, 1), (1, 120)):
        add(quiet, first, last)
        asked.clear()
        ASKS[page](quiet)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda session: event_rows.first_since(session, now()), "COVERING INDEX ix_event_at (at>?)"),
        (lambda session: inbox.waiting(session, 100), "INDEX ix_hr_delivery_state_id (state=?)"),
        (lambda session: inbox.finished(session, 17, 50), "INTEGER PRIMARY KEY (rowid<?)"),
    ],
)
def test_no_table_is_read_as_a_whole(quiet: Services, ask: Callable[[Session], object], index: str) -> None:
    with quiet.database.session() as session:
        steps = plans(session, lambda: ask(session))
    assert steps[0].endswith(f" USING {index}")
