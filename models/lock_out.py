"""The lock_out table: extensions whose phones Asterisk was told to forget, and the listener has yet to tell of."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import UtcDateTime, now


class LockOut(SQLModel, table=True):
    """It was disabled or deleted, or has a new secret. Asterisk says nothing of the phones that go with that."""

    __tablename__ = "lock_out"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=20)
    at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
