"""The bookmark table: how far a reader of the event table has come."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Bookmark(SQLModel, table=True):
    """`event_id`: the last event that the reader has processed."""

    name: str = Field(primary_key=True, max_length=32)
    event_id: int = 0
