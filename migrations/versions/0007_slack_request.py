"""A request of Slack's that comes again is worked on once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slack_request",
        sa.Column("body_hash", sa.String(length=64), primary_key=True),
        sa.Column("timestamp", sa.String(length=20), primary_key=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_slack_request_seen_at", "slack_request", ["seen_at"])


def downgrade() -> None:
    op.drop_table("slack_request")
