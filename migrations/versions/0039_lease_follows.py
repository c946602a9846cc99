"""The lease says whether its holder follows Asterisk: who does takes it from who does not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None
kind = "expansion"


def upgrade() -> None:
    op.add_column("lease", sa.Column("is_following", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.drop_column("lease", "is_following")
