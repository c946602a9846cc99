"""The phone table: the phones that are registered, or were before."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import UtcDateTime


class Phone(SQLModel, table=True):
    """One contact of an extension: what a resync compares Asterisk's contacts with."""

    number: str = Field(primary_key=True, max_length=20)
    address: str = Field(primary_key=True, max_length=255)
    port: int = Field(primary_key=True)
    user_agent: str = Field(default="", max_length=255)
    round_trip_ms: float | None = None
    registered: bool = True
    since: datetime = Field(sa_type=UtcDateTime)  # registered or gone since then
