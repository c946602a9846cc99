"""Slack's requests are rows before they are acknowledged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None
kind = "expansion"


def upgrade() -> None:
    op.create_table(
        "inbox_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("claim", sa.String(length=64), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("body_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_request_state", "inbox_request", ["state"])
    op.create_index("ix_inbox_request_received_at", "inbox_request", ["received_at"])


def downgrade() -> None:
    op.drop_table("inbox_request")
