"""The trouble table: what goes wrong for longer, so that it is told once, and once more when it is over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from models.types import UtcDateTime, now


class Incident(SQLModel, table=True):
    """One thing that can go wrong, as it was seen last. A row, so that who takes over does not tell it again."""

    __tablename__ = "trouble"

    subject: str = Field(primary_key=True, max_length=64)
    # As told last.
    details: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    since: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    better_since: datetime | None = Field(default=None, sa_type=UtcDateTime)  # not seen any more since then
    over: bool = True
    times: int = 0  # it was told so often without an hour's rest
