"""The employee table: whom an HR system reported, and the state of their phone."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import EnumText, UtcDateTime, now


class Stage(StrEnum):
    """How far the onboarding of an employee has come."""

    RESERVED = "reserved"  # has a number; the phone works from the start date on
    READY = "ready"  # the phone is to work; the employee has yet to get the credentials
    WELCOMED = "welcomed"  # has the credentials
    LEFT = "left"  # locked out; the number stays reserved
    RELEASED = "released"  # the number is free again


DEPARTED_STAGES = (Stage.LEFT, Stage.RELEASED)


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
    slack_user_id: str | None = Field(default=None, max_length=32)  # who got the credentials
    # Of the extension when it became theirs: `name`, `email`, `slack_user_id`, and `adopted`: it was handed over. What
    # differs since then, an admin has changed.
    extension_snapshot: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    stage: Stage = Field(sa_column=Column(EnumText(Stage), nullable=False, index=True))
    # Of the latest event, by the source's clock.
    occurred_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The last time, by the source's clock.
    joined_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # When a phone was locked out for that; an admin may have decided so much later.
    locked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # When the next step is tried again: the phone cannot be enabled, or no Slack user has the address.
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    secret_shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
