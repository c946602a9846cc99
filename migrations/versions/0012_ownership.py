"""Whose extension it is, and how far Asterisk has come with what HR asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("employee", sa.Column("extension_id", sa.Integer(), nullable=True))
    op.add_column("employee", sa.Column("slack_user_id", sa.String(32), nullable=True))
    op.add_column("hr_delivery", sa.Column("awaits", sa.JSON(), nullable=True))
    # What was stamped ahead of its receipt made every leaving look old.
    op.execute("UPDATE employee SET occurred_at = NULL WHERE occurred_at > updated_at")
    op.execute("UPDATE employee SET joined_at = NULL WHERE joined_at > updated_at")
    # Messages about failures that are out already are to be edited from now on.
    op.execute(
        "UPDATE delivery SET subject = 'hr-delivery:' || substr(subject, 11), open = true "
        "WHERE subject LIKE 'hr-failed:%' AND failure IS NULL"
    )


def downgrade() -> None:
    op.drop_column("hr_delivery", "awaits")
    op.drop_column("employee", "slack_user_id")
    op.drop_column("employee", "extension_id")
