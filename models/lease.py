"""The lease table: who may do a job that one process at a time may do, and until when."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import UtcDateTime


class Lease(SQLModel, table=True):
    """`expires_at` is by the database's writers' clocks; a holder renews long before."""

    name: str = Field(primary_key=True, max_length=32)
    holder: str = Field(max_length=64)
    expires_at: datetime = Field(sa_type=UtcDateTime)
