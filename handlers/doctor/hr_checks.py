"""Checks of what HR systems delivered."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import col, select

from handlers.onboarding import inbox
from models.hr_delivery import HrDelivery
from pbx.doctor.findings import Check, Finding
from pbx.services import Services

SHOWN = 3


def deliveries(services: Services) -> Iterator[Finding]:
    """Find deliveries that wait for an admin."""
    with services.database.session() as session:
        undecided = select(HrDelivery).where(col(HrDelivery.state).in_(inbox.UNDECIDED))
        rows = session.exec(undecided.order_by(col(HrDelivery.id).desc())).all()
    if rows:
        named = "; ".join(
            f"{row.id} ({row.source}): {row.reason or inbox.describe(row)}" for row in rows[:SHOWN]
        )
        what = "1 HR delivery waits" if len(rows) == 1 else f"{len(rows)} HR deliveries wait"
        yield Finding(
            "hr",
            f"{what} for an admin, the newest {named}",
            "somebody who came has no phone yet, or somebody who left still has one",
            f"answer what Switchhook asked the admins in Slack; /ext hr lists them, and /ext hr retry {rows[0].id} tries that "
            "one once more",
        )


CHECKS: tuple[Check[Services], ...] = (
    Check("hr", "no HR delivery waits for an admin", deliveries, needs=("database",)),
)
