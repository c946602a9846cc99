"""The records of a time when nobody listened are found, too, where our clock was set since."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None
kind = "expansion"


def upgrade() -> None:
    op.add_column("listening_gap", sa.Column("ahead", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("listening_gap", "ahead")
