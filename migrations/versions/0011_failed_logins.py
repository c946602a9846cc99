"""Failed logins of an address are one row a minute, with a count."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("count", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("event", sa.Column("accounts", sa.JSON(), nullable=True))
    # Messages that go on are begun anew: what they had counted was of another kind.
    op.execute("UPDATE delivery SET open = false WHERE subject LIKE 'security:%'")


def downgrade() -> None:
    op.execute("UPDATE delivery SET open = false WHERE subject LIKE 'security:%'")
    op.drop_column("event", "accounts")
    op.drop_column("event", "count")
