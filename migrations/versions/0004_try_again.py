"""An employee waits for more than a Slack account, and news may come late; forms name the employee, not the delivery."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite can do this alone; rebuilding the table would lose AUTOINCREMENT, and half of it a crash in between.
    op.execute("ALTER TABLE employee RENAME COLUMN ask_slack_at TO next_try_at")
    op.drop_index("ix_employee_number", "employee")
    op.add_column("employee", sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True))
    # The buttons of forms that are out already name the delivery: those employees are asked for once more.
    op.execute("DELETE FROM delivery WHERE subject LIKE 'hr-details:%'")
    op.execute("UPDATE hr_delivery SET state = 'waiting', asked_at = NULL WHERE state = 'needs_details'")


def downgrade() -> None:
    op.drop_column("employee", "joined_at")
    op.create_index("ix_employee_number", "employee", ["number"], unique=False)
    op.execute("ALTER TABLE employee RENAME COLUMN next_try_at TO ask_slack_at")
