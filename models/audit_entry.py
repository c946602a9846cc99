"""The audit_entry table: who did what, when. Never holds a secret."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from models.types import UtcDateTime, now


class AuditEntry(SQLModel, table=True):
    """One act, read as a sentence: `by` `what` `number`.

    `changes` maps a field to [before, after], either of them None where there is none; to None where the values
    are nobody's business: it changed.
    """

    __tablename__ = "audit_entry"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)
    by: str = Field(max_length=128)  # an Actor, as str() gives it
    what: str = Field(max_length=400)
    number: str | None = Field(default=None, max_length=20, index=True)
    changes: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
