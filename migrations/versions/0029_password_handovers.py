"""Who is to be told the password of an extension that was made for them in Slack."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "password_handover",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("slack_user_id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("secret_shown_at", sa.DateTime(timezone=True), nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_password_handover_sent_at", "password_handover", ["sent_at"])


def downgrade() -> None:
    op.drop_table("password_handover")
