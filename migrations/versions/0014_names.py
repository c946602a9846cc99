"""What troubles are about has the names that say it; who set a route is in the audit trail alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAMES = {"publish": "not_live", "files": "publishing"}
DELIVERY = sa.table(
    "delivery", sa.column("id", sa.Integer), sa.column("subject", sa.String), sa.column("content", sa.JSON)
)


def upgrade() -> None:
    _rename(NAMES)
    op.drop_column("alert_route", "set_by")


def downgrade() -> None:
    op.add_column("alert_route", sa.Column("set_by", sa.String(32), nullable=False, server_default=""))
    _rename({after: before for before, after in NAMES.items()})


def _rename(names: dict[str, str]) -> None:
    """In what was told and in what waits to be told."""
    trouble = sa.table("trouble", sa.column("subject", sa.String))
    for before, after in names.items():
        op.execute(sa.update(trouble).where(trouble.c.subject == before).values(subject=after))
        _rename_messages(before, after)


def _rename_messages(before: str, after: str) -> None:
    this = DELIVERY.c.subject == f"trouble:{before}"
    for row_id, content in (
        op.get_bind().execute(sa.select(DELIVERY.c.id, DELIVERY.c.content).where(this)).all()
    ):
        values = {"subject": f"trouble:{after}", "content": content | {"subject": after}}
        op.execute(sa.update(DELIVERY).where(DELIVERY.c.id == row_id).values(values))
