"""The steps of Slack workflows that are carried out here, and whether they may be."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "step_execution",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("execution_id", sa.String(64), nullable=False),
        sa.Column("function", sa.String(100), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("outputs", sa.JSON(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("execution_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_step_execution_state", "step_execution", ["state"])
    op.create_index("ix_step_execution_created_at", "step_execution", ["created_at"])
    op.create_table(
        "step_mode",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("step_mode")
    op.drop_table("step_execution")
