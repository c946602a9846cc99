"""The incident table: what is wrong for longer, so that people hear of it once, and once more when it is resolved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from models.types import UtcDateTime, now


class Incident(SQLModel, table=True):
    """One thing that can go wrong, as it was seen last. A row, so that a listener that takes over does not repeat it.

    What drift was posted is a row, too: that is resolved, always.
    """

    subject: str = Field(primary_key=True, max_length=64)
    # As people heard last.
    details: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    since: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    notified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Not seen any more since then.
    recovering_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolved: bool = True
    occurrences: int = 0  # that people heard of, without an hour in between
