"""Extensions that were written by hand once: options that no field holds, and whether their lines are being moved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("extension", sa.Column("adopted_options", sa.JSON(), nullable=True))
    op.add_column("extension", sa.Column("moving", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("extension", "moving")
    op.drop_column("extension", "adopted_options")
