"""Where Asterisk is to listen, as somebody asked for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transport",
        sa.Column("protocol", sa.String(8), nullable=False),
        sa.Column("bind", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("protocol"),
    )


def downgrade() -> None:
    op.drop_table("transport")
