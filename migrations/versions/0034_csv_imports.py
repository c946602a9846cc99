"""CSV files between their preview and their import, and what came of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "csv_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("is_guess", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.Column("sealed_preview", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("unfit", sa.JSON(), nullable=False),
        sa.Column("unasked", sa.Integer(), nullable=False),
        sa.Column("hands_over", sa.Boolean(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("step_done", sa.Integer(), nullable=False),
        sa.Column("step_total", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("numbers", sa.JSON(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("passwords_taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["web_session.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slot"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_csv_import_session_id", "csv_import", ["session_id"])
    op.create_index("ix_csv_import_created_at", "csv_import", ["created_at"])


def downgrade() -> None:
    op.drop_table("csv_import")
