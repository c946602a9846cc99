"""The lock_out table: extensions whose phones Asterisk was made to forget; the listener has yet to store that."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import UtcDateTime, now


class LockOut(SQLModel, table=True):
    """An extension that was disabled or deleted, or got a new secret. Asterisk sends no event for its phones."""

    __tablename__ = "lock_out"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=20)
    at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
