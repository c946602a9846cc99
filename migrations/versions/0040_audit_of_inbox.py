"""The audit trail names the request of Slack's by which somebody did something."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None
kind = "expansion"


def upgrade() -> None:
    op.add_column("audit_entry", sa.Column("inbox_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("audit_entry", "inbox_id")
