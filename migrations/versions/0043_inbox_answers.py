"""Answers to Slack's requests are stored before they are sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None
kind = "expansion"


def upgrade() -> None:
    op.create_table(
        "inbox_answer",
        sa.Column("request", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("is_unsure", sa.Boolean(), nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("request"),
    )
    op.create_index("ix_inbox_answer_is_late", "inbox_answer", ["is_late"])


def downgrade() -> None:
    op.drop_table("inbox_answer")
