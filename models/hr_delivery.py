"""The hr_delivery table: the webhook deliveries of HR systems, and the state of each."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import EnumText, UtcDateTime


class DeliveryState(StrEnum):
    WAITING = "waiting"  # to be processed, at `next_try_at` or at once
    DONE = "done"
    FAILED = "failed"  # it is not retried; `reason` says why
    # The source is asked for details at `next_try_at`; without one, the admins are.
    NEEDS_DETAILS = "needs_details"
    NEEDS_CHOICE = "needs_choice"  # the admins are asked whose extension it is; `reason` says why
    IGNORED = "ignored"  # it does not concern phones; `reason` says what it is


class HrDelivery(SQLModel, table=True):
    """One delivery with a valid signature. The raw body is not stored: it may hold a salary or an address.

    `key` is the delivery's id, or a hash of its body where there is none: a repeated delivery is no new row.
    """

    __tablename__ = "hr_delivery"
    __table_args__ = (
        UniqueConstraint("source", "key"),
        Index("ix_hr_delivery_state_id", "state", "id"),
        {"sqlite_autoincrement": True},  # HR and the admins see the id
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=32)
    key: str = Field(max_length=128)
    received_at: datetime = Field(sa_type=UtcDateTime)
    # Each an EmployeeEvent, as EmployeeEvent.model_validate() takes it. Processed ones are removed while others remain.
    events: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    state: DeliveryState = Field(sa_column=Column(EnumText(DeliveryState), nullable=False))
    reason: str | None = None
    # What is saved and not yet live in Asterisk, each as results.as_json() has it.
    pending_results: list[dict[str, Any]] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True))
    )
    attempts: int = 0
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # When the admins were asked for details.
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
