"""Until when Asterisk was followed, the times in which nobody did, and which events were found of these."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None
kind = "expansion"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "followed",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "listening_gap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.Column("after_event", sa.Integer(), nullable=False),
        sa.Column("going_on", sa.JSON(), nullable=False),
        sa.Column("unfinished", sa.JSON(), nullable=False),
        sa.Column("look_at", AT, nullable=False),
        sa.Column("filled_at", AT, nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("told_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.add_column("event", sa.Column("gap", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("event", "gap")
    op.drop_table("listening_gap")
    op.drop_table("followed")
