"""Phones that are locked out are told of as gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lock_out",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    # Those who were locked out before have stood there as registered ever since.
    op.execute(
        "UPDATE phone SET registered = false WHERE registered AND number NOT IN "
        "(SELECT number FROM extension WHERE enabled)"
    )


def downgrade() -> None:
    op.drop_table("lock_out")
