"""Requests with an Idempotency-Key, and which of them did what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotent_request",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.String(36), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_idempotent_request_token_key", "idempotent_request", ["token", "key"], unique=True)
    op.create_index("ix_idempotent_request_created_at", "idempotent_request", ["created_at"])
    op.add_column("audit_entry", sa.Column("request_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("audit_entry", "request_id")
    op.drop_table("idempotent_request")
