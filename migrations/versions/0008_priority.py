"""Deliveries go by priority, and what Slack has of them is remembered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("delivery", sa.Column("shown", sa.String(64), nullable=True))
    _index("channel", "priority", "turn", "id")


def downgrade() -> None:
    _index("channel", "turn", "id")
    op.drop_column("delivery", "shown")
    op.drop_column("delivery", "priority")


def _index(*columns: str) -> None:
    op.drop_index("ix_delivery_due", "delivery")
    op.create_index(
        "ix_delivery_due",
        "delivery",
        list(columns),
        unique=False,
        sqlite_where=sa.text("due = 1"),
        postgresql_where=sa.text("due"),
    )
