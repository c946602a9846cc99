"""The admins' questions who an employee is, which are edited once they are answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

DELIVERIES = sa.table("hr_delivery", sa.column("source"), sa.column("state"), sa.column("events", sa.JSON()))
MESSAGES = sa.table(
    "outbox_message",
    sa.column("subject"),
    sa.column("open", sa.Boolean()),
    sa.column("due", sa.Boolean()),
    sa.column("ts"),
    sa.column("failure"),
)


def upgrade() -> None:
    """Have those that still wait for an answer edited from now on; of a user group, those of its members."""
    waits = sa.select(DELIVERIES.c.source, DELIVERIES.c.events).where(DELIVERIES.c.state == "needs_details")
    asked = {
        f"hr-details:{row.source} {event['external_id']}"
        for row in op.get_bind().execute(waits)
        for event in row.events
    }
    is_there = sa.or_(MESSAGES.c.due, MESSAGES.c.ts.is_not(None)), MESSAGES.c.failure.is_(None)
    for subject in asked:
        op.execute(sa.update(MESSAGES).where(MESSAGES.c.subject == subject, *is_there).values(open=True))


def downgrade() -> None:
    op.execute(sa.update(MESSAGES).where(MESSAGES.c.subject.startswith("hr-details:")).values(open=False))
