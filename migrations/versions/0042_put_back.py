"""A database notices that an older state of it was put back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None
kind = "expansion"

MOMENTS = ("put_back_at", "as_of", "told_until")


def upgrade() -> None:
    op.add_column("installation", sa.Column("ticks", sa.Integer(), nullable=False, server_default="0"))
    for moment in MOMENTS:
        op.add_column("installation", sa.Column(moment, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for column in (*MOMENTS, "ticks"):
        op.drop_column("installation", column)
