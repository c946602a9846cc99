"""What a request of Slack's did is found without reading the whole audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None
kind = "expansion"

OF_INBOX = sa.text("inbox_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_audit_entry_inbox_id",
        "audit_entry",
        ["inbox_id"],
        sqlite_where=OF_INBOX,
        postgresql_where=OF_INBOX,
    )


def downgrade() -> None:
    op.drop_index("ix_audit_entry_inbox_id", "audit_entry")
