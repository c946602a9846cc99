"""An employee waits for more than a Slack account."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("employee") as table:
        table.alter_column("ask_slack_at", new_column_name="next_try_at")


def downgrade() -> None:
    with op.batch_alter_table("employee") as table:
        table.alter_column("next_try_at", new_column_name="ask_slack_at")
