"""The addresses by which the world reaches a PBX behind NAT."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nat",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("external_media_address", sa.String(253), nullable=False),
        sa.Column("external_signaling_address", sa.String(253), nullable=True),
        sa.Column("local_net", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("nat")
