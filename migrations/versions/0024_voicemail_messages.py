"""Which recordings of voicemail were found, and whose each was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voicemail_message",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("mailbox", sa.String(64), nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("slack_user_id", sa.String(32), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("mailbox", "message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_voicemail_message_extension_id", "voicemail_message", ["extension_id"])


def downgrade() -> None:
    op.drop_table("voicemail_message")
