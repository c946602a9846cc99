"""The report_schedule table: where the report of each week goes. It has one row, once a channel was chosen."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel

from models.installation import ONLY
from models.types import UtcDateTime, now


class ReportSchedule(SQLModel, table=True):
    """`channel`: empty means nowhere. `settled_at`: what was due before then is sent, or was not wanted."""

    __tablename__ = "report_schedule"

    id: int = Field(default=ONLY, primary_key=True, sa_column_kwargs={"autoincrement": False})
    channel: str = Field(default="", max_length=64)
    settled_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


def current(session: Session) -> ReportSchedule | None:
    return session.get(ReportSchedule, ONLY)
