"""The delivery table: the outbox of what Slack is told. One row is one Slack message, edited as things go on."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, SQLModel

from models.types import UtcDateTime, now


def _index_of(flag: str, *columns: str) -> Index:
    """Of the rows alone that have the flag."""
    return Index(
        f"ix_delivery_{flag}", *columns, sqlite_where=text(f"{flag} = 1"), postgresql_where=text(flag)
    )


class Priority(IntEnum):
    """Which message of a channel goes first, whenever it became due."""

    FIRST = 0  # calls, a single attacker, trouble, and whatever is for one person
    REGISTRATIONS = 1
    FLOOD = 2  # failed logins from many addresses


class Delivery(SQLModel, table=True):
    """A message that is to stand in a channel.

    It is due while Slack has an older revision. `subject` names what it is about, such as
    `call:1700000000.12`; as long as it is `open`, later facts about the same subject edit it.
    Messages that wait for the same channel go by `priority`, then `turn`, then `id`. Few rows are open or due, of very many.
    """

    __table_args__ = (
        _index_of("open", "subject", "channel"),
        _index_of("due", "channel", "priority", "turn", "id"),
        {"sqlite_autoincrement": True},  # Slack is asked for a message by its id
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(max_length=64)
    subject: str = Field(max_length=300)
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # what the message is made from
    open: bool = True
    due: bool = True
    priority: int = Priority.FIRST
    turn: int = 0  # the newest row's id when it became due: an edit waits behind what waited already
    revision: int = 1
    conversation: str | None = Field(default=None, max_length=64)  # Slack's ID of the channel, once known
    ts: str | None = Field(default=None, max_length=32)  # Slack's name for the message, once it is posted
    shown: str | None = Field(
        default=None, max_length=64
    )  # a digest of what Slack has: the same is not sent again
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # being posted right now
    attempts: int = 0  # since the last success
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure: str | None = None  # given up for good, and why
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
