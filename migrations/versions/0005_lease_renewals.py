"""A lease says when it was renewed: until when it holds is for no clock to say."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE lease RENAME COLUMN expires_at TO renewed_at")


def downgrade() -> None:
    op.execute("ALTER TABLE lease RENAME COLUMN renewed_at TO expires_at")
