"""The alert_route table: which kind of alert of which extensions goes to which channel."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class AlertRoute(SQLModel, table=True):
    """`topic` and `numbers` (101, or 100-149) are empty for all; an empty channel drops the alerts."""

    __tablename__ = "alert_route"
    __table_args__ = (UniqueConstraint("topic", "numbers"),)

    id: int | None = Field(default=None, primary_key=True)
    topic: str = Field(default="", max_length=16)
    numbers: str = Field(default="", max_length=41)
    channel: str = Field(default="", max_length=64)
