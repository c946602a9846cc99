"""Which revision of an extension an act made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_entry", sa.Column("revision", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("audit_entry", "revision")
