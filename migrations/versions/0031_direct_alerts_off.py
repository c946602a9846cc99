"""Who wants no direct messages about calls that they missed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("direct_alerts_off", sa.Column("slack_user_id", sa.String(32), primary_key=True))


def downgrade() -> None:
    op.drop_table("direct_alerts_off")
