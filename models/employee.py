"""The employee table: who an HR system told us of, and how far their phone has come."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import EnumText, UtcDateTime, now


class Stage(StrEnum):
    """Where an employee stands."""

    RESERVED = "reserved"  # has a number; the phone works from the start date on
    READY = "ready"  # the phone is to work; the employee is yet to be told
    WELCOMED = "welcomed"  # has the credentials
    LEFT = "left"  # locked out; the number is kept for a while
    RELEASED = "released"  # the number is free again


LEFT = (Stage.LEFT, Stage.RELEASED)


class Employee(SQLModel, table=True):
    """One person, as one HR system knows them."""

    __table_args__ = (UniqueConstraint("source", "external_id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=32)
    external_id: str = Field(max_length=255)
    name: str = Field(default="", max_length=80)
    email: str = Field(default="", max_length=254)
    department: str = Field(default="", max_length=255)
    start_date: date | None = None
    number: str | None = Field(default=None, max_length=20)
    extension_id: int | None = None  # of an extension made for them as another HR system knows them
    slack_user_id: str | None = Field(default=None, max_length=32)  # who was told of the phone
    # Of the extension when it became theirs: `name`, `email`, `slack_user_id`, and whether it was `adopted`. What
    # differs since then, an admin has changed.
    extension_snapshot: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    stage: Stage = Field(sa_column=Column(EnumText(Stage), nullable=False, index=True))
    # Of the latest news, as the source says.
    occurred_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    joined_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the last time, as the source says
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # When a phone was locked out for that, which an admin may have decided much later.
    locked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # When what could not be done is tried again: the phone cannot start, or nobody in Slack has the address.
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    secret_shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
