"""The extension table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("sealed_secret", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("context", sa.String(79), nullable=False),
        sa.Column("transport", sa.String(8), nullable=False),
        sa.Column("codecs", sa.JSON(), nullable=False),
        sa.Column("max_contacts", sa.Integer(), nullable=False),
        sa.Column("qualify_frequency", sa.Integer(), nullable=False),
        sa.Column("direct_media", sa.Boolean(), nullable=False),
        sa.Column("caller_id", sa.String(80), nullable=True),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("slack_user_id", sa.String(32), nullable=True),
        sa.Column("notes", sa.String(1000), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("accepted", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_extension_number", "extension", ["number"], unique=True)
    op.create_index("ix_extension_slack_user_id", "extension", ["slack_user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("extension")
