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
    # Messages about failures that still wait are to be edited from now on; of a user group, those of its members.
    op.execute(
        "UPDATE delivery SET subject = 'hr-delivery:' || substr(subject, 11), open = true "
        "WHERE subject LIKE 'hr-failed:%' AND failure IS NULL AND coalesce(ts, '') <> 'handed out' "
        "AND EXISTS (SELECT 1 FROM hr_delivery WHERE hr_delivery.state = 'failed' "
        "AND 'hr-failed:' || CAST(hr_delivery.id AS VARCHAR) = delivery.subject)"
    )


def downgrade() -> None:
    # The program before knows neither the state nor the subject.
    op.execute("UPDATE hr_delivery SET state = 'failed' WHERE state = 'needs_choice'")
    op.execute(
        "UPDATE delivery SET subject = 'hr-failed:' || substr(subject, 13), open = false "
        "WHERE subject LIKE 'hr-delivery:%'"
    )
    op.drop_column("hr_delivery", "awaits")
    op.drop_column("employee", "slack_user_id")
    op.drop_column("employee", "extension_id")
