"""The lease table: who does a job that one process at a time may do."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import UtcDateTime


class Lease(SQLModel, table=True):
    """`holder` is empty when nobody has it. `renewed_at` is by the holder's clock, which may be wrong: others only
    look whether it changes."""

    name: str = Field(primary_key=True, max_length=32)
    holder: str = Field(max_length=64)
    renewed_at: datetime = Field(sa_type=UtcDateTime)
