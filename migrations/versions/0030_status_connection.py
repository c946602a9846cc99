"""Who lets their Slack status say that they are on a call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "status_connection",
        sa.Column("slack_user_id", sa.String(32), primary_key=True),
        sa.Column("encrypted_token", sa.String(), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("expirations", sa.JSON(), nullable=False),
        sa.Column("is_ending", sa.Boolean(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("status_connection")
