"""The weekly report's channel, and when somebody listened, in tables of their own: they were rows among the incidents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

EVER = datetime(1970, 1, 1, tzinfo=UTC)
AT = sa.DateTime(timezone=True)
INCIDENTS = sa.table(
    "incident",
    sa.column("subject"),
    sa.column("details", sa.JSON()),
    sa.column("since", AT),
    sa.column("resolved", sa.Boolean()),
    sa.column("occurrences"),
)
SCHEDULE = sa.table("report_schedule", sa.column("id"), sa.column("channel"), sa.column("settled_at", AT))
SPANS = sa.table("listening_span", sa.column("id"), sa.column("since", AT), sa.column("until", AT))


def upgrade() -> None:
    op.create_table(
        "report_schedule",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("settled_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "listening_span",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    weekly, listening = _taken("weekly_report"), _taken("listening")
    if weekly and weekly.details.get("channel"):
        row = {"id": 1, "channel": weekly.details["channel"], "settled_at": weekly.since}
        op.execute(SCHEDULE.insert().values(**row))
    if listening:
        for since, until in _between(listening.details, listening.since):
            op.execute(SPANS.insert().values(since=since, until=until))


def _taken(subject: str) -> sa.Row[Any, Any, Any] | None:
    is_it = INCIDENTS.c.subject == subject
    columns = INCIDENTS.c.subject, INCIDENTS.c.details, INCIDENTS.c.since
    row = op.get_bind().execute(sa.select(*columns).where(is_it)).first()
    op.execute(INCIDENTS.delete().where(is_it))
    return row


def _between(gaps: dict[str, str], noted_at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Return when somebody listened, from the gaps in between and the last note."""
    since = EVER
    for start, end in gaps.items():
        if datetime.fromisoformat(start) > EVER:
            yield since, datetime.fromisoformat(start)
        since = datetime.fromisoformat(end)
    yield since, noted_at


def downgrade() -> None:
    schedule = op.get_bind().execute(sa.select(SCHEDULE)).first()
    if schedule and schedule.channel:
        _put_back("weekly_report", {"channel": schedule.channel}, schedule.settled_at)
    spans = op.get_bind().execute(sa.select(SPANS).order_by(SPANS.c.id)).all()
    if spans:
        ends = [EVER, *(_in_utc(moment) for row in spans for moment in (row.since, row.until))]
        gaps = {start.isoformat(): end.isoformat() for start, end in list(pairwise(ends))[::2] if start < end}
        _put_back("listening", gaps, ends[-1])
    op.drop_table("listening_span")
    op.drop_table("report_schedule")


def _in_utc(moment: datetime) -> datetime:
    """Return what a database without time zones, such as SQLite, has in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _put_back(subject: str, details: dict[str, str], since: datetime) -> None:
    row = {"subject": subject, "details": details, "since": since, "resolved": True, "occurrences": 0}
    op.execute(INCIDENTS.insert().values(**row))
